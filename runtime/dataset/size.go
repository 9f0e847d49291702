package dataset

// SizeCategory is the category of a number of rows, as the Hub names it.
func SizeCategory(rows int64) string {
	name := "n<1K"
	for _, s := range []struct {
		from int64
		name string
	}{{1e3, "1K<n<10K"}, {1e4, "10K<n<100K"}, {1e5, "100K<n<1M"}, {1e6, "1M<n<10M"}, {1e7, "10M<n<100M"}, {1e8, "100M<n<1B"}, {1e9, "1B<n<10B"}} {
		if rows >= s.from {
			name = s.name
		}
	}
	return name
}
