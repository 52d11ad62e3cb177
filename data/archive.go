package data

// Archive is one file that a set is downloaded as.
type Archive struct {
	File   string   `json:"file"`             // its name
	URLs   []string `json:"urls"`             // the official source first, then mirrors
	SHA256 string   `json:"sha256,omitempty"` // in hexadecimal, "" where none is known
	Size   int64    `json:"size,omitempty"`   // in bytes, 0 where it is not known
}

// Archives returns the files that Get downloads for the data set of that name,
// nil if it is embedded, generated, or has to be asked for.
func Archives(name string) ([]Archive, error) {
	r, _, err := parse(name)
	if err != nil {
		return nil, err
	}
	return r.archives, nil
}

// from returns the archive of a file at each of the bases.
func from(file, sha256 string, size int64, bases ...string) Archive {
	a := Archive{File: file, SHA256: sha256, Size: size}
	for _, b := range bases {
		a.URLs = append(a.URLs, b+file)
	}
	return a
}

func mnistArchives() []Archive {
	bases := []string{"http://yann.lecun.com/exdb/mnist/", "https://ossci-datasets.s3.amazonaws.com/mnist/",
		"https://storage.googleapis.com/cvdf-datasets/mnist/"}
	return []Archive{
		from("train-images-idx3-ubyte.gz", "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609", 9912422, bases...),
		from("train-labels-idx1-ubyte.gz", "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c", 28881, bases...),
		from("t10k-images-idx3-ubyte.gz", "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6", 1648877, bases...),
		from("t10k-labels-idx1-ubyte.gz", "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6", 4542, bases...),
	}
}

func fashionArchives() []Archive {
	bases := []string{"http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
		"https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"}
	return []Archive{
		from("train-images-idx3-ubyte.gz", "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84", 26421880, bases...),
		from("train-labels-idx1-ubyte.gz", "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845", 0, bases...),
		from("t10k-images-idx3-ubyte.gz", "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073", 0, bases...),
		from("t10k-labels-idx1-ubyte.gz", "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5", 0, bases...),
	}
}

func kmnistArchives() []Archive {
	base := "http://codh.rois.ac.jp/kmnist/dataset/kmnist/"
	return []Archive{
		from("train-images-idx3-ubyte.gz", "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4", 18165135, base),
		from("train-labels-idx1-ubyte.gz", "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17", 29497, base),
		from("t10k-images-idx3-ubyte.gz", "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5", 3041136, base),
		from("t10k-labels-idx1-ubyte.gz", "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c", 5120, base),
	}
}

func cifarArchives(file, sha256 string, size int64) []Archive {
	return []Archive{from(file, sha256, size, "https://www.cs.toronto.edu/~kriz/")}
}

func svhnArchives() []Archive {
	base := "http://ufldl.stanford.edu/housenumbers/"
	return []Archive{
		from("train_32x32.mat", "435e94d69a87fde4fd4d7f3dd208dfc32cb6ae8af2240d066de1df7508d083b8", 182040794, base),
		from("test_32x32.mat", "cdce80dfb2a2c4c6160906d0bd7c68ec5a99d7ca4831afa54f09182025b6a75b", 64275384, base),
	}
}

func svhnExtraArchive() Archive {
	return from("extra_32x32.mat", "a133a4beb38a00fcdda90c9489e0c04f900b660ce8a316a5e854838379a71eb3", 1329278602,
		"http://ufldl.stanford.edu/housenumbers/")
}

func speechArchives() []Archive {
	return []Archive{from("speech_commands_v0.01.tar.gz", "743935421bb51cccdb6bdd152e04c5c70274e935c82119ad7faeec31780d811d", 0,
		"http://download.tensorflow.org/data/", "https://storage.googleapis.com/download.tensorflow.org/data/")}
}

// fsddArchives names the last release. GitHub packs it anew at times, so that
// not the archive but its content has a fixed sum.
func fsddArchives(name, of string) []Archive {
	return []Archive{from(name, "", 0, "https://github.com/Jakobovski/free-spoken-digit-dataset/archive/refs/"+of+"/")}
}

// uciArchives names a file of the UCI repository, which publishes no sums.
func uciArchives(number, file string) []Archive {
	return []Archive{from(file, "", 0, "https://archive.ics.uci.edu/static/public/"+number+"/")}
}
