package drivers

import "slices"

// Identity is what a target really is. Only identities of one kind can be
// compared; equal values are the same thing.
type Identity struct {
	Kind  string `json:"kind"`  // "postgresql cluster and database", "file or directory"
	Value string `json:"value"` // "7412…/orders", "dev 2049 inode 1234"; empty: it could not be found out
	// Unknown is why there is no Value.
	Unknown string `json:"unknown,omitempty"`
	Empty   bool   `json:"empty"` // holds nothing of the user's
	// Holds is the first thing of the user's that was found in it, for a
	// person.
	Holds string `json:"holds,omitempty"`
	// Also are further names: of the same thing, seen by other means, and of
	// what belongs to it (a database's log, a file system mounted in a tree).
	Also []string `json:"also,omitempty"`
	// Within are the names of all that it lies in: the directories of a path
	// up to the root.
	Within []string `json:"within,omitempty"`
}

// Same says whether two identities are known and equal.
func (i Identity) Same(o Identity) bool {
	return i.Value != "" && i.Kind == o.Kind && i.Value == o.Value
}

// Overlap is what one target is to another.
type Overlap string

// How targets may overlap.
const (
	Apart   Overlap = ""
	Is      Overlap = "is"
	LiesIn  Overlap = "lies in"
	Encases Overlap = "holds"
)

// Overlap says what i is to o. Apart of an identity without a value proves
// nothing: look at Value first.
func (i Identity) Overlap(o Identity) Overlap {
	if i.Kind != o.Kind {
		return Apart
	}
	mine, theirs := i.names(), o.names()
	switch {
	case meet(mine, theirs):
		return Is
	case meet(i.Within, theirs):
		return LiesIn
	case meet(mine, o.Within):
		return Encases
	}
	return Apart
}

func (i Identity) names() []string {
	if i.Value == "" {
		return i.Also
	}
	return append([]string{i.Value}, i.Also...)
}

func meet(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}
