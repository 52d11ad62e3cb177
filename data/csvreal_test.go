package data

import (
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The published tables of wine qualities: semicolons and a header in quotes. The counts and sums are those of
// Python's csv.DictReader and math.fsum.
func TestCSVRealWine(t *testing.T) {
	dir := realData(t, "tables")
	for _, test := range []struct {
		file            string
		classes         []string
		counts          []int
		alcohol, denser float64
	}{
		{"winequality-red.csv", strings.Fields("3 4 5 6 7 8"), []int{10, 53, 681, 638, 199, 18}, 16666.35, 1593.79794},
		{"winequality-white.csv", strings.Fields("3 4 5 6 7 8 9"), []int{20, 163, 1457, 2198, 880, 175, 5}, 51498.88, 4868.74609},
	} {
		set := mustOpen(t, "csv:"+filepath.Join(dir, test.file)+"?sep=semicolon", Options{})
		checkSet(t, set)
		if !slices.Equal(set.Classes, test.classes) || set.Size() != 11 || len(set.Remarks) != 1 || !strings.Contains(set.Remarks[0], "different whole numbers, of which each is taken as a class: task=regression takes them as numbers") {
			t.Errorf("%s: classes %q, %d features, remarks %q", test.file, set.Classes, set.Size(), set.Remarks)
		}
		all := set.Train.(*part).base.(*rows)
		counts := make([]int, len(test.classes))
		for _, k := range all.labels {
			counts[k]++
		}
		if !slices.Equal(counts, test.counts) {
			t.Errorf("%s: %v samples a class, want %v", test.file, counts, test.counts)
		}
		checkSum(t, set, "alcohol", test.alcohol)
		checkSum(t, set, "density", test.denser)
	}
}

// California housing: a regression with missing values and a column of texts.
func TestCSVRealHousing(t *testing.T) {
	file := "csv:" + filepath.Join(realData(t, "tables"), "california-housing.csv")
	set := mustOpen(t, file+"?target=median_house_value", Options{})
	checkSet(t, set)
	if set.Task != Regression || set.Train.Len() != 12384 || set.Validation.Len() != 4128 || set.Test.Len() != 4128 {
		t.Errorf("%v, %d training, %d validation, %d test samples", set.Task, set.Train.Len(), set.Validation.Len(), set.Test.Len())
	}
	want := strings.Split("longitude latitude housing_median_age total_rooms total_bedrooms population households median_income", " ")
	for _, place := range []string{"<1H OCEAN", "INLAND", "ISLAND", "NEAR BAY", "NEAR OCEAN"} {
		want = append(want, "ocean_proximity="+place)
	}
	if !slices.Equal(set.Features, want) {
		t.Errorf("features %q", set.Features)
	}
	if len(set.Remarks) != 1 || !strings.Contains(set.Remarks[0], `207 cells are missing (207 empty, the others a mark of na=), in "total_bedrooms"`) {
		t.Errorf("remarks %q", set.Remarks)
	}
	checkSum(t, set, "median_income", 79890.6495)
	checkSum(t, set, "total_bedrooms", 10990309)
	checkSum(t, set, "ocean_proximity=ISLAND", 5)
	// Several targets, whose sums are those of the columns.
	two := mustOpen(t, file+"?target=median_house_value,median_income&drop=longitude,latitude", Options{TrainSize: 100})
	checkSet(t, two)
	if two.Task != Regression || !slices.Equal(two.Targets, []string{"median_house_value", "median_income"}) || two.Size() != 10 || two.Train.Len() != 100 {
		t.Errorf("%v, targets %q, %d features, %d training samples", two.Task, two.Targets, two.Size(), two.Train.Len())
	}
	sum, all := 0., two.Train.(*part).base.(*rows)
	for i := range all.Len() {
		sum += float64(all.targets[2*i+1])
	}
	if math.Abs(sum-79890.6495) > 0.01 {
		t.Errorf("the sum of median_income is %v", sum)
	}
	// The texts as classes.
	places := mustOpen(t, file, Options{})
	if places.Task != Classification || len(places.Classes) != 5 || places.Size() != 9 {
		t.Errorf("%v, classes %q, %d features", places.Task, places.Classes, places.Size())
	}
}

// checkSum compares the sum of a feature over all rows.
func checkSum(t *testing.T, set *Set, feature string, want float64) {
	t.Helper()
	all := set.Train.(*part).base.(*rows)
	at, sum := slices.Index(set.Features, feature), 0.
	for i := range all.Len() {
		if x := all.x[i*all.size+at]; !math.IsNaN(x) {
			sum += x
		}
	}
	if math.Abs(sum-want) > 1e-9*want {
		t.Errorf("the sum of %s is %v, want %v", feature, sum, want)
	}
}
