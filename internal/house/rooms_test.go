package house

import "testing"

// The arrows are only as good as the matching: the cases that a change of the
// table could get wrong.
func TestRoomOf(t *testing.T) {
	for _, c := range []struct{ pkg, room, unit string }{
		{"drill", "drill", "drill"},
		{"drill/report", "drill/...", "drill/..."},
		{"drivers", "drivers", "drivers"},
		{"drivers/command", "drivers/command/...", "drivers/command/..."},
		{"drivers/pgdump", "drivers/*", "drivers/pgdump/..."},
		{"drivers/pgdump/archive", "drivers/*", "drivers/pgdump/..."},
		{"drivers/all", "drivers/all", "drivers/all"},
		{"ui", "ui/...", "ui/..."},
		{"ui/walk", "ui/...", "ui/..."},
		{"ui/widget", "ui/widget/...", "ui/widget/..."},
		{"runbook", "runbook/...", "runbook/..."},
		{"runbooks", "runbooks/...", "runbooks/..."},
		{"cmd/lifeboat", "cmd/...", "cmd/..."},
	} {
		r, unit := roomOf(c.pkg)
		if r == nil || r.path != c.room || unit != c.unit {
			t.Errorf("roomOf(%s) = %v in %q, want %s in %q", c.pkg, r, unit, c.room, c.unit)
		}
	}
	if r, _ := roomOf("elsewhere"); r != nil {
		t.Errorf("a new room has arrows: %v", r)
	}
}

func TestArrowsThatAreNotDrawn(t *testing.T) {
	for _, c := range []struct {
		from, to string
		test, ok bool
	}{
		{"drill", "store", false, false},
		{"drill", "drill/report", false, false},
		{"drill/report", "drill", false, true},
		{"drill", "drivers/pgdump", false, false},
		{"drill", "drivers/drivertest", true, true},
		{"store", "drill", false, true},
		{"store", "drivers", false, false},
		{"ui/walk", "store", false, false},
		{"ui/walk", "drivers/pgdump", false, false},
		{"ui/walk", "drivers", false, true},
		{"ui/widget", "drill", false, false},
		{"ui/widget", "ui/walk", false, false},
		{"runbook", "inventory", false, false},
		{"runbook", "runbooks", false, false},
		{"inventory", "drivers", false, false},
		{"drivers", "drivers/command", false, false},
		{"drivers/pgdump", "drivers/pgdump/archive", false, true},
		{"drivers/pgdump", "drivers/sqlite", false, false},
		{"drivers/pgdump", "inventory", false, false},
		{"drivers/command", "drivers/repo", false, false},
		{"internal/x", "drivers", false, false},
		{"cmd/lifeboat", "store", false, true},
	} {
		r, unit := roomOf(c.from)
		if got := allowed(r, unit, ownImport{from: c.from, to: c.to, test: c.test}); got != c.ok {
			t.Errorf("%s → %s (test %v): allowed %v, want %v", c.from, c.to, c.test, got, c.ok)
		}
	}
}
