package dnnl

import (
	"slices"
	"testing"
)

func TestNames(t *testing.T) {
	for _, c := range []struct {
		arch string
		want []string
	}{
		{"amd64", []string{"libdnnl.so.2", "libdnnl.so.3", "libdnnl.so"}},
		{"arm64", []string{"libdnnl.so.3", "libdnnl.so.2", "libdnnl.so"}},
	} {
		if got := names(c.arch); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, wanted %v", c.arch, got, c.want)
		}
	}
}

func TestVersionCheck(t *testing.T) {
	for v, ok := range map[Version]bool{
		{1, 8, 0}: false, {2, 5, 4}: false, {2, 6, 0}: true, {2, 7, 1}: true, {3, 0, 0}: true, {3, 12, 0}: true, {4, 0, 0}: false,
	} {
		if err := v.check(); (err == nil) != ok {
			t.Errorf("%v: %v, wanted accepted %t", v, err, ok)
		}
	}
}

// Codes of the wrong version are often valid with another meaning, so they are spelled out here, from the headers of
// 2.6.3 and 3.6.
func TestCodes(t *testing.T) {
	for kind, want := range map[EltwiseKind][2]int32{
		ReLU: {0x1f, 0x20}, Tanh: {0x2f, 0x21}, Pow: {0x20, 0x30}, Clip: {0x10, 0x2f}, GELU: {0x30, 0x31}, Linear: {0x7f, 0x26},
	} {
		for i, major := range []int{2, 3} {
			if got, ok := kind.code(major); !ok || got != want[i] {
				t.Errorf("%v in version %d: %d, wanted %d", kind, major, got, want[i])
			}
		}
	}
	if _, ok := EltwiseKind(-1).code(2); ok {
		t.Error("there is no function -1")
	}
	if two, three := ArgPostOp(1).code(2), ArgPostOp(1).code(3); two != 2*16384|2 || three != 2*32768|2 {
		t.Errorf("post-op 1 is argument %d and %d", two, three)
	}
	norm := BatchNorm{Scale: true, Shift: true, ReLU: true, GlobalStats: true}
	if two, three := norm.flags(2), norm.flags(3); two != 1|8|16|4 || three != 1|2|4|8 {
		t.Errorf("flags of batch normalisation %#x and %#x", two, three)
	}
	for code, want := range map[uint32][2]string{
		0xe7: {"avx512_core_bf16", "avx512_core_bf16"}, 0x3e7: {"avx512_core_amx", "isa 0x3e7"},
		0xfef: {"isa 0xfef", "avx512_core_amx"}, 0xf: {"avx512_mic", "avx2_vnni"},
	} {
		for i, major := range []int{2, 3} {
			if got := isaName(major, code); got != want[i] {
				t.Errorf("instruction set %#x of version %d is %s, wanted %s", code, major, got, want[i])
			}
		}
	}
}

// TestFPMathIsSaid makes attributes where the library's default is bfloat16, as ONEDNN_DEFAULT_FPMATH_MODE may make it.
func TestFPMathIsSaid(t *testing.T) {
	l, err := Load()
	if err != nil {
		t.Skipf("SKIP: %v", err)
	}
	handle, err := dlopen(l.info.Name)
	if err != nil {
		t.Fatal(err)
	}
	defer dlclose(handle)
	setDefault, get := dlsym(handle, "dnnl_set_default_fpmath_mode"), dlsym(handle, "dnnl_primitive_attr_get_fpmath_mode")
	if setDefault == 0 || get == 0 {
		t.Skipf("SKIP: %v has no default mode", l.info)
	}
	if status := int32(call(setDefault, uintptr(FPMathBF16))); status != 0 {
		t.Fatal(Status(status))
	}
	defer call(setDefault, uintptr(FPMathStrict))
	for _, test := range []struct {
		attr *Attr
		want FPMath
	}{{nil, FPMathStrict}, {&Attr{}, FPMathStrict}, {&Attr{FPMath: FPMathBF16}, FPMathBF16}} {
		attr, err := l.newAttr(test.attr, "testing")
		if err != nil {
			t.Fatal(err)
		}
		defer call(l.fn.attrDestroy, attr)
		mode := newCell()
		if status := int32(call(get, attr, mode.addr())); status != 0 || FPMath(mode.v) != test.want {
			t.Errorf("%+v: mode %d, want %d", test.attr, mode.v, test.want)
		}
	}
}
