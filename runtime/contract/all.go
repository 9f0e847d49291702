package contract

import "slices"

// All lists the contracts, in the order of the docs.
func All() []Contract { return slices.Concat(trl(), axolotl(), llamafactory()) }

// Find returns the contract of a format, or nil.
func Find(name string) *Contract {
	for _, c := range All() {
		if c.Name == name {
			return &c
		}
	}
	return nil
}

// named finds a contract that generated code names.
func named(all []Contract, name string) *Contract {
	for i := range all {
		if all[i].Name == name {
			return &all[i]
		}
	}
	return &Contract{Name: name} // Bind refuses it
}
