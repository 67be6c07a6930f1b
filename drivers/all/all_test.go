package all

import (
	"slices"
	"testing"
)

func TestRegistry(t *testing.T) {
	r := Registry()
	for _, n := range []string{"pgdump", "rsync", "sqlite"} {
		if !slices.Contains(r.Names(), n) {
			t.Errorf("no driver %s", n)
		}
		if in, ok := r.Info(n); !ok || in.Name != n || in.Title == "" {
			t.Errorf("%+v", in)
		}
	}
}
