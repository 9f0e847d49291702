package hclspec

// table is a list of named things, in the order in which they were added.
type table[T any] struct {
	names []string
	items map[string]T
}

func (t *table[T]) add(name string, item T) {
	if t.items == nil {
		t.items = map[string]T{}
	}
	t.names = append(t.names, name)
	t.items[name] = item
}

func (t *table[T]) get(name string) (T, bool) {
	item, ok := t.items[name]
	return item, ok
}

func (t *table[T]) all(yield func(T) bool) {
	for _, n := range t.names {
		if !yield(t.items[n]) {
			return
		}
	}
}
