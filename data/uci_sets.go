package data

// abalone predicts the number of rings as a class, as in Zhang et al., 2018;
// there are 28 numbers of rings. As a regression it predicts how many there are.
// Sex is categorical.
func abalone() reader {
	u := uci{
		names: []string{"sex", "length", "diameter", "height", "whole weight", "shucked weight",
			"viscera weight", "shell weight", "rings"},
		target:      "rings",
		categorical: []string{"sex"},
		files:       []string{"abalone.data"},
	}
	info := uciInfo("abalone", "Abalone shells: 4,177, rings by 8 measurements", "1",
		"W. Nash, T. Sellers, S. Talbot, A. Cawthorn and W. Ford. Abalone. UCI Machine Learning Repository, 1994. https://doi.org/10.24432/C55C7W")
	info.Tasks = []Task{Classification, Regression}
	return reader{
		info:     info,
		params:   []Param{{"task", "classification|regression", "whether each number of rings is a class, as by default, or they are counted"}},
		archives: uciArchives("1", "abalone.zip"),
		open:     u.open,
	}
}

// arrhythmia has 13 of its 16 classes in the file, and missing values, which
// become the mean. The column of the vector angle J is missing in most rows
// and kept. All columns are numeric.
func arrhythmia() reader {
	u := uci{columns: 280, target: "class", files: []string{"arrhythmia.data"}}
	return reader{
		info: uciInfo("arrhythmia", "Cardiac arrhythmia: 452 patients, 16 kinds by 279 measurements", "5",
			"H. Guvenir, B. Acar, H. Muderrisoglu and R. Quinlan. Arrhythmia. UCI Machine Learning Repository, 1997. https://doi.org/10.24432/C5BS32"),
		archives: uciArchives("5", "arrhythmia.zip"),
		open:     u.open,
	}
}

func htru2() reader {
	u := uci{
		names: []string{"profile mean", "profile deviation", "profile kurtosis", "profile skewness",
			"DM-SNR mean", "DM-SNR deviation", "DM-SNR kurtosis", "DM-SNR skewness", "class"},
		target: "class",
		files:  []string{"HTRU_2.csv"},
	}
	return reader{
		info: uciInfo("htru2", "Pulsar candidates: 17,898, pulsar or not by 8 statistics of radio signals", "372",
			"R. Lyon. HTRU2. UCI Machine Learning Repository, 2015. https://doi.org/10.24432/C5DK6R"),
		archives: uciArchives("372", "htru2.zip"),
		open:     u.open,
	}
}

// phishing has 30 columns of -1, 0 and 1 (phishing, suspicious, legitimate),
// which are read as numbers: they are in order.
func phishing() reader {
	u := uci{target: "Result", columns: 1, files: []string{"Training Dataset.arff", "phishing.arff"}}
	return reader{
		info: uciInfo("phishing", "Web sites: 11,055, phishing or not by 30 signs", "327",
			"R. Mohammad and L. McCluskey. Phishing Websites. UCI Machine Learning Repository, 2012. https://doi.org/10.24432/C51W2X"),
		archives: uciArchives("327", "phishing+websites.zip"),
		open:     u.openARFF,
	}
}
