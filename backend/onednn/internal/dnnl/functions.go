package dnnl

import (
	"fmt"
	"strings"
)

// functions are the addresses of the C functions, each looked up once. Those that take floating-point numbers are Go
// functions instead. The names are C's without the prefix dnnl_; a field with the suffix V2 or V3 exists, or has this
// signature, in that major version only.
type functions struct {
	calloc, free uintptr

	getEffectiveCPUISA          uintptr
	engineCreate, engineDestroy uintptr
	streamCreate, streamWait    uintptr
	streamDestroy               uintptr

	memoryCreate, memoryDestroy uintptr
	memorySetDataHandle         uintptr
	memoryDescGetSize           uintptr
	memoryDescEqual             uintptr
	memoryDescReshape           uintptr
	memoryDescPermuteAxes       uintptr

	primitiveDescDestroy, primitiveDescQuery         uintptr
	primitiveDescQueryMD                             uintptr
	primitiveCreate, primitiveExecute                uintptr
	primitiveGetPrimitiveDesc, primitiveDestroy      uintptr
	attrCreate, attrDestroy, attrSetScratchpadMode   uintptr
	attrSetFPMathMode, attrSetPostOps                uintptr
	postOpsCreate, postOpsDestroy, postOpsBinary     uintptr
	reorderCreate, sumCreate                         uintptr
	convForward, convBackwardData, convBackwardWts   uintptr // v2: dilated_…_desc_init, v3: …_primitive_desc_create
	matmul, binary                                   uintptr
	softmaxForward, softmaxBackward                  uintptr
	poolForward, poolBackward                        uintptr
	poolForwardDilatedV2, poolBackwardDilatedV2      uintptr
	iteratorCreateV2, iteratorFetchV2                uintptr
	iteratorNextV2, iteratorDestroyV2                uintptr
	primitiveDescNextV3                              uintptr
	memoryDescInitByStridesV2, memoryDescInitByTagV2 uintptr
	memoryDescCreateWithStridesV3                    uintptr
	memoryDescCreateWithTagV3                        uintptr
	memoryDescDestroyV3, memoryDescQueryV3           uintptr

	postOpsSumV2     func(ops uintptr, scale float32) int32
	postOpsSumV3     func(ops uintptr, scale float32, zeroPoint, dataType int32) int32
	postOpsEltwiseV2 func(ops uintptr, scale float32, kind int32, alpha, beta float32) int32
	postOpsEltwiseV3 func(ops uintptr, kind int32, alpha, beta float32) int32

	normForwardV2     func(desc uintptr, prop int32, data uintptr, epsilon float32, flags uint32) int32
	normBackwardV2    func(desc uintptr, prop int32, diffData, data uintptr, epsilon float32, flags uint32) int32
	eltwiseForwardV2  func(desc uintptr, prop, kind int32, data uintptr, alpha, beta float32) int32
	eltwiseBackwardV2 func(desc uintptr, kind int32, diffData, data uintptr, alpha, beta float32) int32
	reductionV2       func(desc uintptr, kind int32, src, dst uintptr, p, epsilon float32) int32

	normForwardV3     func(pd, engine uintptr, prop int32, src, dst uintptr, epsilon float32, flags uint32, attr uintptr) int32
	normBackwardV3    func(pd, engine uintptr, prop int32, diffSrc, diffDst, src uintptr, epsilon float32, flags uint32, hint, attr uintptr) int32
	eltwiseForwardV3  func(pd, engine uintptr, prop, kind int32, src, dst uintptr, alpha, beta float32, attr uintptr) int32
	eltwiseBackwardV3 func(pd, engine uintptr, kind int32, diffSrc, diffDst, data uintptr, alpha, beta float32, hint, attr uintptr) int32
	reductionV3       func(pd, engine uintptr, kind int32, src, dst uintptr, p, epsilon float32, attr uintptr) int32

	// 0 in a library that has none.
	getCPUISAHints, setCPUISAHints uintptr

	// OpenMP's, 0 in a library without OpenMP.
	ompSetNumThreads, ompGetMaxThreads           uintptr
	ompSetDynamic, ompGetThreadLimit             uintptr
	ompSetMaxActiveLevels, ompGetMaxActiveLevels uintptr
}

// symbol is a name and where its address goes: a *uintptr, or a pointer to a function variable.
type symbol struct {
	name string
	to   any
}

func (f *functions) common() []symbol {
	return []symbol{
		{"calloc", &f.calloc},
		{"free", &f.free},
		{"dnnl_get_effective_cpu_isa", &f.getEffectiveCPUISA},
		{"dnnl_engine_create", &f.engineCreate},
		{"dnnl_engine_destroy", &f.engineDestroy},
		{"dnnl_stream_create", &f.streamCreate},
		{"dnnl_stream_wait", &f.streamWait},
		{"dnnl_stream_destroy", &f.streamDestroy},
		{"dnnl_memory_create", &f.memoryCreate},
		{"dnnl_memory_destroy", &f.memoryDestroy},
		{"dnnl_memory_set_data_handle", &f.memorySetDataHandle},
		{"dnnl_memory_desc_get_size", &f.memoryDescGetSize},
		{"dnnl_memory_desc_equal", &f.memoryDescEqual},
		{"dnnl_memory_desc_reshape", &f.memoryDescReshape},
		{"dnnl_memory_desc_permute_axes", &f.memoryDescPermuteAxes},
		{"dnnl_primitive_desc_destroy", &f.primitiveDescDestroy},
		{"dnnl_primitive_desc_query", &f.primitiveDescQuery},
		{"dnnl_primitive_desc_query_md", &f.primitiveDescQueryMD},
		{"dnnl_primitive_create", &f.primitiveCreate},
		{"dnnl_primitive_execute", &f.primitiveExecute},
		{"dnnl_primitive_get_primitive_desc", &f.primitiveGetPrimitiveDesc},
		{"dnnl_primitive_destroy", &f.primitiveDestroy},
		{"dnnl_primitive_attr_create", &f.attrCreate},
		{"dnnl_primitive_attr_destroy", &f.attrDestroy},
		{"dnnl_primitive_attr_set_scratchpad_mode", &f.attrSetScratchpadMode},
		{"dnnl_primitive_attr_set_fpmath_mode", &f.attrSetFPMathMode},
		{"dnnl_primitive_attr_set_post_ops", &f.attrSetPostOps},
		{"dnnl_post_ops_create", &f.postOpsCreate},
		{"dnnl_post_ops_destroy", &f.postOpsDestroy},
		{"dnnl_post_ops_append_binary", &f.postOpsBinary},
		{"dnnl_reorder_primitive_desc_create", &f.reorderCreate},
		{"dnnl_sum_primitive_desc_create", &f.sumCreate},
	}
}

func (f *functions) v2() []symbol {
	return []symbol{
		{"dnnl_primitive_desc_iterator_create", &f.iteratorCreateV2},
		{"dnnl_primitive_desc_iterator_fetch", &f.iteratorFetchV2},
		{"dnnl_primitive_desc_iterator_next", &f.iteratorNextV2},
		{"dnnl_primitive_desc_iterator_destroy", &f.iteratorDestroyV2},
		{"dnnl_memory_desc_init_by_strides", &f.memoryDescInitByStridesV2},
		{"dnnl_memory_desc_init_by_tag", &f.memoryDescInitByTagV2},
		{"dnnl_dilated_convolution_forward_desc_init", &f.convForward},
		{"dnnl_dilated_convolution_backward_data_desc_init", &f.convBackwardData},
		{"dnnl_dilated_convolution_backward_weights_desc_init", &f.convBackwardWts},
		{"dnnl_matmul_desc_init", &f.matmul},
		{"dnnl_binary_desc_init", &f.binary},
		{"dnnl_softmax_v2_forward_desc_init", &f.softmaxForward},
		{"dnnl_softmax_v2_backward_desc_init", &f.softmaxBackward},
		{"dnnl_pooling_forward_desc_init", &f.poolForward},
		{"dnnl_pooling_backward_desc_init", &f.poolBackward},
		{"dnnl_pooling_v2_forward_desc_init", &f.poolForwardDilatedV2},
		{"dnnl_pooling_v2_backward_desc_init", &f.poolBackwardDilatedV2},
		{"dnnl_post_ops_append_sum", &f.postOpsSumV2},
		{"dnnl_post_ops_append_eltwise", &f.postOpsEltwiseV2},
		{"dnnl_batch_normalization_forward_desc_init", &f.normForwardV2},
		{"dnnl_batch_normalization_backward_desc_init", &f.normBackwardV2},
		{"dnnl_eltwise_forward_desc_init", &f.eltwiseForwardV2},
		{"dnnl_eltwise_backward_desc_init", &f.eltwiseBackwardV2},
		{"dnnl_reduction_desc_init", &f.reductionV2},
	}
}

func (f *functions) v3() []symbol {
	return []symbol{
		{"dnnl_primitive_desc_next_impl", &f.primitiveDescNextV3},
		{"dnnl_memory_desc_create_with_strides", &f.memoryDescCreateWithStridesV3},
		{"dnnl_memory_desc_create_with_tag", &f.memoryDescCreateWithTagV3},
		{"dnnl_memory_desc_destroy", &f.memoryDescDestroyV3},
		{"dnnl_memory_desc_query", &f.memoryDescQueryV3},
		{"dnnl_convolution_forward_primitive_desc_create", &f.convForward},
		{"dnnl_convolution_backward_data_primitive_desc_create", &f.convBackwardData},
		{"dnnl_convolution_backward_weights_primitive_desc_create", &f.convBackwardWts},
		{"dnnl_matmul_primitive_desc_create", &f.matmul},
		{"dnnl_binary_primitive_desc_create", &f.binary},
		{"dnnl_softmax_forward_primitive_desc_create", &f.softmaxForward},
		{"dnnl_softmax_backward_primitive_desc_create", &f.softmaxBackward},
		{"dnnl_pooling_forward_primitive_desc_create", &f.poolForward},
		{"dnnl_pooling_backward_primitive_desc_create", &f.poolBackward},
		{"dnnl_post_ops_append_sum", &f.postOpsSumV3},
		{"dnnl_post_ops_append_eltwise", &f.postOpsEltwiseV3},
		{"dnnl_batch_normalization_forward_primitive_desc_create", &f.normForwardV3},
		{"dnnl_batch_normalization_backward_primitive_desc_create", &f.normBackwardV3},
		{"dnnl_eltwise_forward_primitive_desc_create", &f.eltwiseForwardV3},
		{"dnnl_eltwise_backward_primitive_desc_create", &f.eltwiseBackwardV3},
		{"dnnl_reduction_primitive_desc_create", &f.reductionV3},
	}
}

// bind looks up everything that the major version needs; the error names all that is missing.
func (f *functions) bind(handle uintptr, major int) error {
	symbols := f.common()
	if major == 2 {
		symbols = append(symbols, f.v2()...)
	} else {
		symbols = append(symbols, f.v3()...)
	}
	var missing []string
	for _, s := range symbols {
		address := dlsym(handle, s.name)
		if address == 0 {
			missing = append(missing, s.name)
			continue
		}
		if to, ok := s.to.(*uintptr); ok {
			*to = address
		} else {
			registerFunc(s.to, address)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("it lacks %s", strings.Join(missing, ", "))
	}
	for name, to := range map[string]*uintptr{
		"dnnl_get_cpu_isa_hints":    &f.getCPUISAHints,
		"dnnl_set_cpu_isa_hints":    &f.setCPUISAHints,
		"omp_set_num_threads":       &f.ompSetNumThreads,
		"omp_get_max_threads":       &f.ompGetMaxThreads,
		"omp_set_dynamic":           &f.ompSetDynamic,
		"omp_get_thread_limit":      &f.ompGetThreadLimit,
		"omp_set_max_active_levels": &f.ompSetMaxActiveLevels,
		"omp_get_max_active_levels": &f.ompGetMaxActiveLevels,
	} {
		*to = dlsym(handle, name)
	}
	return nil
}
