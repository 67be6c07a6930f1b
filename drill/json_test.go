package drill_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// diffJSON compares two values by what they are when stored.
func diffJSON(a, b any) string {
	x, err := json.MarshalIndent(a, "", " ")
	if err != nil {
		return err.Error()
	}
	y, err := json.MarshalIndent(b, "", " ")
	if err != nil {
		return err.Error()
	}
	return cmp.Diff(string(x), string(y))
}

func TestDiffJSONSeesADifference(t *testing.T) {
	if diffJSON(map[string]int{"a": 1}, map[string]int{"a": 2}) == "" {
		t.Error("it does not")
	}
}
