package zoo

import "fmt"

// ganGenerator maps noise to a generated sample.
func ganGenerator() family {
	f := gan("gan-generator", "generator of a toy GAN: noise to a sample, of as many values as it has classes")
	f.output = Values
	return f
}

// ganDiscriminator maps a sample to the logit of being real.
func ganDiscriminator() family {
	f := gan("gan-discriminator", "discriminator of a toy GAN: a sample to the logit of being real; it has 1 class")
	f.classes, f.output = 1, RealLogit
	f.head = func(b *builder, classes int) {
		if classes != 1 {
			b.fail("it has one logit, of a sample being real, not %d", classes)
		}
		b.dense("logits", classes, forLogits)
	}
	return f
}

// gan is dense layers with ReLU.
func gan(name, help string) family {
	return family{
		name:    name,
		help:    name + ":width=512,depth=3  " + help + "; units of each hidden layer, hidden layers",
		paper:   "Zhang et al., mixup: Beyond Empirical Risk Minimization, 2018 (arXiv 1710.09412), section 3.7",
		shape:   []int{2},
		classes: 2,
		build: func(args string, b *builder) (string, error) {
			width, depth := 512, 3
			err := parseOptions(args, []option{whole("width", &width, 1, maxWidth), whole("depth", &depth, 1, 100)})
			if err != nil {
				return "", err
			}
			for i := range depth {
				b.dense(fmt.Sprintf("hidden%d", i+1), width, forReLU)
				b.relu()
			}
			return fmt.Sprintf("%s:width=%d,depth=%d", name, width, depth), nil
		},
	}
}
