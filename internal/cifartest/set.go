package cifartest

import "fmt"

// set says where the records of a data set come from and go to.
type set struct {
	archive    string // below DataVariable
	folder     string // of the official archive
	train      []file
	test       file
	labelBytes int // before the pixels of a record
	classes    int
}

// file is a file of the binary archive: stem + ".bin".
type file struct {
	stem, md5 string
}

func (s set) files() []file { return append(s.train[:len(s.train):len(s.train)], s.test) }

func setOf(name string) (set, error) {
	switch name {
	case "cifar10":
		return set{
			archive: "cifar10/cifar10-webp.tar",
			folder:  "cifar-10-batches-bin",
			train: []file{
				{"data_batch_1", "5dd7e06a14cb22eb9f671a540d1b7c25"},
				{"data_batch_2", "5ea93a67294ea407fff1d09f752e9692"},
				{"data_batch_3", "942cd6a4bcdd0dd3c604fbe906cb4421"},
				{"data_batch_4", "ae636b3ba5c66a11e91e8cb52e771fcb"},
				{"data_batch_5", "53f37980c15c3d472c316c40844f3f0d"},
			},
			test:       file{"test_batch", "803d5f7f4d78ea53de84dbe85f74fb6d"},
			labelBytes: 1,
			classes:    10,
		}, nil
	case "cifar100":
		return set{
			archive:    "cifar100/cifar100-part-webp.tar",
			folder:     "cifar-100-binary",
			train:      []file{{"train", "a1c33cb28a2faa4910c637d9db392f49"}},
			test:       file{"test", "fbefbd36b034ba9399f28f9f7a79d007"},
			labelBytes: 2,
			classes:    100,
		}, nil
	}
	return set{}, fmt.Errorf("no set %q: there are cifar10 and cifar100", name)
}
