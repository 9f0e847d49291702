package runtime

import "slices"

// didYouMean is the end of a sentence that offers the nearest of the names, or lists them when none is near.
func didYouMean(name string, names []string) string {
	best, distance := "", len(name)/3+1
	for _, n := range names {
		if d := editDistance(name, n); d <= distance && (best == "" || d < distance) {
			best, distance = n, d
		}
	}
	switch {
	case best != "":
		return "; did you mean " + best + "?"
	case len(names) == 0:
		return ""
	}
	list := ""
	for _, n := range slices.Compact(slices.Sorted(slices.Values(names))) {
		list += ", " + n
	}
	return "; there are " + list[2:]
}

// editDistance is the number of letters to insert, drop or change to get from a to b.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
