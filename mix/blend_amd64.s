#include "textflag.h"

// Every product and sum is rounded to float32 and none is fused, so that these
// loops give the bits of the Go loops they stand in for. n is a multiple of
// the lanes of a vector and above 0. STORE is VMOVUPS, or VMOVNTPS to write
// past the caches, which needs dst aligned to the vector.

#define FOUR(OP, r0, r1, r2, r3, W, P, LEN) \
	OP (0*LEN)(P), W, r0; \
	OP (1*LEN)(P), W, r1; \
	OP (2*LEN)(P), W, r2; \
	OP (3*LEN)(P), W, r3

// dst = w a + v b
#define BLEND(STORE, W, V, A0, A1, A2, A3, B0, B1, B2, B3, LEN) \
	MOVQ dst+0(FP), DI; \
	MOVQ a+8(FP), SI; \
	MOVQ b+16(FP), DX; \
	MOVQ n+24(FP), CX; \
	VBROADCASTSS w+32(FP), W; \
	VBROADCASTSS v+36(FP), V; \
	SUBQ $LEN, CX; \
	JL one; \
four: \
	FOUR(VMULPS, A0, A1, A2, A3, W, SI, LEN); \
	FOUR(VMULPS, B0, B1, B2, B3, V, DX, LEN); \
	VADDPS B0, A0, A0; \
	VADDPS B1, A1, A1; \
	VADDPS B2, A2, A2; \
	VADDPS B3, A3, A3; \
	STORE A0, (0*LEN)(DI); \
	STORE A1, (1*LEN)(DI); \
	STORE A2, (2*LEN)(DI); \
	STORE A3, (3*LEN)(DI); \
	ADDQ $(4*LEN), SI; \
	ADDQ $(4*LEN), DX; \
	ADDQ $(4*LEN), DI; \
	SUBQ $LEN, CX; \
	JGE four; \
one: \
	ADDQ $LEN, CX; \
	JZ done; \
next: \
	VMULPS (SI), W, A0; \
	VMULPS (DX), V, B0; \
	VADDPS B0, A0, A0; \
	STORE A0, (DI); \
	ADDQ $LEN, SI; \
	ADDQ $LEN, DX; \
	ADDQ $LEN, DI; \
	SUBQ $(LEN/4), CX; \
	JNZ next; \
done:

// dst = (w a + v b) scale + shift, where scale and shift are read in turn from
// lists of the given number of bytes, which repeats.
#define BLEND8(STORE, W, V, A, B, LEN) \
	MOVQ dst+0(FP), DI; \
	MOVQ a+8(FP), SI; \
	MOVQ b+16(FP), DX; \
	MOVQ n+24(FP), CX; \
	VBROADCASTSS w+32(FP), W; \
	VBROADCASTSS v+36(FP), V; \
	MOVQ scale+40(FP), R8; \
	MOVQ shift+48(FP), R9; \
	MOVQ period+56(FP), R11; \
	XORQ R10, R10; \
	XORQ R12, R12; \
next: \
	VPMOVZXBD (SI), A; \
	VPMOVZXBD (DX), B; \
	VCVTDQ2PS A, A; \
	VCVTDQ2PS B, B; \
	VMULPS W, A, A; \
	VMULPS V, B, B; \
	VADDPS B, A, A; \
	VMULPS (R8)(R10*1), A, A; \
	VADDPS (R9)(R10*1), A, A; \
	STORE A, (DI); \
	ADDQ $(LEN/4), SI; \
	ADDQ $(LEN/4), DX; \
	ADDQ $LEN, DI; \
	ADDQ $LEN, R10; \
	CMPQ R10, R11; \
	CMOVQEQ R12, R10; \
	SUBQ $(LEN/4), CX; \
	JNZ next

// func blendAVX2(dst, a, b *float32, n int, w, v float32)
TEXT ·blendAVX2(SB), NOSPLIT, $0-40
	BLEND(VMOVUPS, Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7, Y8, Y9, 32)
	VZEROUPPER
	RET

// func blendStreamAVX2(dst, a, b *float32, n int, w, v float32)
TEXT ·blendStreamAVX2(SB), NOSPLIT, $0-40
	BLEND(VMOVNTPS, Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7, Y8, Y9, 32)
	SFENCE
	VZEROUPPER
	RET

// func blendAVX512(dst, a, b *float32, n int, w, v float32)
TEXT ·blendAVX512(SB), NOSPLIT, $0-40
	BLEND(VMOVUPS, Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7, Z8, Z9, 64)
	VZEROUPPER
	RET

// func blendStreamAVX512(dst, a, b *float32, n int, w, v float32)
TEXT ·blendStreamAVX512(SB), NOSPLIT, $0-40
	BLEND(VMOVNTPS, Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7, Z8, Z9, 64)
	SFENCE
	VZEROUPPER
	RET

// func copyStreamAVX2(dst, a *float32, n int)
TEXT ·copyStreamAVX2(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), DI
	MOVQ a+8(FP), SI
	MOVQ n+16(FP), CX
copy:
	VMOVUPS (SI), Y0
	VMOVNTPS Y0, (DI)
	ADDQ $32, SI
	ADDQ $32, DI
	SUBQ $8, CX
	JNZ copy
	SFENCE
	VZEROUPPER
	RET

// func blendUint8AVX2(dst *float32, a, b *uint8, n int, w, v float32, scale, shift *float32, period int)
TEXT ·blendUint8AVX2(SB), NOSPLIT, $0-64
	BLEND8(VMOVUPS, Y0, Y1, Y2, Y3, 32)
	VZEROUPPER
	RET

// func blendUint8StreamAVX2(dst *float32, a, b *uint8, n int, w, v float32, scale, shift *float32, period int)
TEXT ·blendUint8StreamAVX2(SB), NOSPLIT, $0-64
	BLEND8(VMOVNTPS, Y0, Y1, Y2, Y3, 32)
	SFENCE
	VZEROUPPER
	RET

// func blendUint8AVX512(dst *float32, a, b *uint8, n int, w, v float32, scale, shift *float32, period int)
TEXT ·blendUint8AVX512(SB), NOSPLIT, $0-64
	BLEND8(VMOVUPS, Z0, Z1, Z2, Z3, 64)
	VZEROUPPER
	RET

// func blendUint8StreamAVX512(dst *float32, a, b *uint8, n int, w, v float32, scale, shift *float32, period int)
TEXT ·blendUint8StreamAVX512(SB), NOSPLIT, $0-64
	BLEND8(VMOVNTPS, Z0, Z1, Z2, Z3, 64)
	SFENCE
	VZEROUPPER
	RET
