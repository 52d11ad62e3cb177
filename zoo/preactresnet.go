package zoo

import "fmt"

// preActResNet is the pre-activation residual network for small images: a 3x3
// stem, four stages of blocks, the mean over the plane and a dense layer. The
// blocks have two convolutions of 3x3, or 1x1, 3x3, 1x1 to four times the
// channels. The paper normalises once more after the last block (norm=last);
// much code does not (norm=none); the mixup authors' normalises and activates
// the stem instead (norm=stem).
func preActResNet(depth int, blocks [4]int, bottleneck bool) family {
	name := fmt.Sprintf("preactresnet%d", depth)
	return family{
		name:  name,
		help:  name + ":width=64,norm=last,dropout=0  pre-activation residual network for small images: channels of the first stage; normalisation beside those of the blocks (last, none, stem); share of the units dropped between the convolutions of each block",
		paper: "He et al., Identity Mappings in Deep Residual Networks, 2016 (arXiv 1603.05027)",
		build: func(args string, b *builder) (string, error) {
			width, norm, dropout := 64, "last", 0.0
			err := parseOptions(args, []option{
				whole("width", &width, 1, maxWidth>>5),
				choice("norm", &norm, "last", "none", "stem"),
				share("dropout", &dropout),
			})
			if err != nil {
				return "", err
			}
			b.conv("stem", width, 3, 1)
			if norm == "stem" {
				b.batchNorm("stem-norm")
				b.relu()
			}
			for stage, n := range blocks {
				for i := range n {
					block := preActBlock{width: width << stage, stride: firstStride(stage, i), dropout: dropout, bottleneck: bottleneck}
					block.add(b, fmt.Sprintf("stage%d/block%d", stage+1, i+1))
				}
				b.blockEnd(fmt.Sprintf("stage%d", stage+1))
			}
			if norm == "last" {
				b.batchNorm("norm")
				b.relu()
			}
			b.mean()
			canonical := fmt.Sprintf("%s:width=%d", name, width)
			if norm != "last" {
				canonical += ",norm=" + norm
			}
			return withDropout(canonical, dropout), nil
		},
	}
}

// firstStride halves the plane at the first block of every stage but the first.
func firstStride(stage, block int) int {
	if stage > 0 && block == 0 {
		return 2
	}
	return 1
}

// preActBlock is normalisation, ReLU and a convolution, two or three times,
// around a shortcut; where the shape changes the shortcut is a 1x1 convolution
// of the activated input (figure 4e of the paper).
type preActBlock struct {
	width, stride int
	dropout       float64 // before the second convolution
	bottleneck    bool    // 1x1, 3x3, 1x1 to four times the width
}

func (p preActBlock) add(b *builder, name string) {
	out := p.width
	if p.bottleneck {
		out = 4 * p.width
	}
	step := func(i, channels, kernel, stride int) {
		if i > 1 {
			b.batchNorm(fmt.Sprintf("%s/norm%d", name, i))
			b.relu()
		}
		if i == 2 {
			b.dropout(name+"/dropout", p.dropout)
		}
		b.conv(fmt.Sprintf("%s/conv%d", name, i), channels, kernel, stride)
	}
	rest := func() {
		if p.bottleneck {
			step(1, p.width, 1, 1)
			step(2, p.width, 3, p.stride)
			step(3, out, 1, 1)
			return
		}
		step(1, out, 3, p.stride)
		step(2, out, 3, 1)
	}
	activate := func() {
		b.batchNorm(name + "/norm1")
		b.relu()
	}
	if p.stride == 1 && b.err == nil && b.image() && b.channels() == out {
		b.sum(func() {}, func() { activate(); rest() })
		return
	}
	activate()
	b.sum(func() { b.conv(name+"/shortcut", out, 1, p.stride) }, rest)
}
