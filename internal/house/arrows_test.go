package house

import (
	"strings"
	"testing"
)

const module = "github.com/lifeboat-dr/lifeboat"

// room is a part of the module, and the arrows that leave it. A path ending
// in /... means the packages below as well, one ending in /* each directory
// there as a room of its own. The longest path that fits a package is its
// room. A room always sees itself.
type room struct {
	path  string
	sees  []string
	tests []string // what its tests see besides
	why   string   // what is lost when the arrow is broken
}

// rooms are the arrows of the house: docs/ARCHITECTURE.md tells them as a
// story. A test in place of depguard, because "a driver sees itself and no
// other driver" and "a new room has no arrows yet" can't be said there
// without a rule for each driver and each room.
var rooms = []room{
	{
		path: "cmd/...", sees: []string{"..."},
		why: "the composition root: it alone chooses concrete drivers and stores",
	},
	{
		path: "ui/...", sees: []string{"drill/...", "runbook", "inventory/...", "drivers", "internal/..."},
		tests: []string{"..."},
		why:   "screens show the engine's state; concrete drivers and stores are chosen in cmd",
	},
	{
		path: "ui/widget/...", sees: []string{"ui/theme", "internal/..."},
		tests: []string{"ui/uitest/..."},
		why:   "widgets draw what they are given and know no word of the domain",
	},
	{
		path: "ui/theme/...", sees: []string{"internal/..."},
		tests: []string{"ui/uitest/..."},
		why:   "colours and borders mean nothing by themselves",
	},
	{
		path: "ui/keys/...", sees: []string{"ui/theme", "ui/widget", "internal/..."},
		tests: []string{"ui/uitest/..."},
		why:   "a binding is data, whatever it is bound to",
	},
	{
		path: "store/...", sees: []string{"drill/...", "inventory/...", "internal/..."},
		tests: []string{"runbook", "drivers"},
		why:   "the store keeps what others declare and knows no driver and no screen",
	},
	{
		path: "drill", sees: []string{"runbook", "inventory", "drivers", "internal/..."},
		tests: []string{"drill/...", "drivers/...", "runbooks"},
		why:   "the engine reaches programs, stores and screens through interfaces, and does not see who reads its runs",
	},
	{
		path: "drill/...", sees: []string{"drill/...", "runbook", "inventory", "drivers", "internal/..."},
		tests: []string{"drivers/...", "runbooks"},
		why:   "readers of runs see what the engine sees",
	},
	{
		path: "drill/drilltest/...", sees: []string{"drill/...", "runbook", "runbooks", "inventory", "drivers/...", "internal/..."},
		why: "a desk for tests of the engine and of its readers",
	},
	{
		path: "runbook/...", sees: []string{"internal/lazyregexp"},
		tests: []string{"runbooks"},
		why:   "runbook reads markdown and can never run anything",
	},
	{
		path:  "runbooks/...",
		tests: []string{"runbook"},
		why:   "runbooks holds texts; who wants them parsed does that",
	},
	{
		path: "inventory/...", sees: []string{"internal/lazyregexp"},
		why: "the inventory is what was declared, and is read without any tool or engine",
	},
	{
		path:  "drivers",
		tests: []string{"drivers/drivertest"},
		why:   "drivers holds the words that all drivers share, so it sees none of them",
	},
	{
		path: "drivers/command/...", sees: []string{"drivers", "internal/..."},
		why: "the door to programs serves every driver and knows none",
	},
	{
		path: "drivers/repo/...", sees: []string{"drivers", "internal/..."},
		why: "the door to repositories serves every driver and knows none",
	},
	{
		path: "drivers/drivertest/...", sees: []string{"drivers", "drivers/command", "drivers/repo", "internal/..."},
		why: "the conformance suite holds for every driver, so it may know none of them",
	},
	{
		path: "drivers/all", sees: []string{"drivers/..."},
		why: "it names every driver and does nothing else",
	},
	{
		path: "drivers/*", sees: []string{"drivers", "drivers/command", "drivers/repo", "internal/..."},
		tests: []string{"drivers/drivertest"},
		why:   "a driver knows one backup tool: no other driver, no engine, no inventory",
	},
	{
		path: "internal/...", sees: []string{"internal/..."},
		why: "plumbing lies below every room",
	},
	{
		path:  "docs",
		tests: []string{"runbook", "runbooks", "inventory", "drivers"},
		why:   "only the tests that keep the documentation true",
	},
}

// kits are packages for tests that are no _test files. No product file
// imports one; cmd may, to run the conformance suite on the user's own estate.
var kits = []string{"drill/drilltest", "drivers/drivertest", "drivers/pgdump/pgtest", "ui/uitest"}

func TestArrows(t *testing.T) {
	imports := ownImports(t)
	if len(imports) == 0 {
		t.Fatal("no import of this module found: the test looks in the wrong place")
	}
	for _, im := range imports {
		r, unit := roomOf(im.from)
		if r == nil {
			t.Errorf("%s: %s is a room without arrows: draw them in internal/house/arrows_test.go and docs/ARCHITECTURE.md", im.at, im.from)
			continue
		}
		if !allowed(r, unit, im) {
			t.Errorf("%s: %s must not see %s: %s", im.at, im.from, im.to, r.why)
		}
		if !im.test && isKit(im.to) && !isKit(im.from) && !under("cmd", im.from) {
			t.Errorf("%s: %s is a kit for tests", im.at, im.to)
		}
	}
}

// allowed says whether the room's arrows include this import.
func allowed(r *room, unit string, im ownImport) bool {
	if fits(unit, im.to) {
		return true
	}
	sees := r.sees
	if im.test {
		sees = append(sees[:len(sees):len(sees)], r.tests...)
	}
	for _, s := range sees {
		if fits(s, im.to) {
			return true
		}
	}
	return false
}

// roomOf finds a package's room, and the pattern of what counts as its own:
// the exact path wins, then the longest.
func roomOf(pkg string) (*room, string) {
	var best *room
	unit := ""
	for i := range rooms {
		r := &rooms[i]
		own := resolve(r.path, pkg)
		if !fits(own, pkg) {
			continue
		}
		if r.path == pkg {
			return r, own
		}
		if best == nil || len(r.path) > len(best.path) {
			best, unit = r, own
		}
	}
	return best, unit
}

// resolve turns drivers/* into drivers/pgdump/... for a package in there.
func resolve(pattern, pkg string) string {
	base, each := strings.CutSuffix(pattern, "*")
	rest, below := strings.CutPrefix(pkg, base)
	if !each || !below {
		return pattern
	}
	name, _, _ := strings.Cut(rest, "/")
	return base + name + "/..."
}

// fits says whether a pattern of the table names the package.
func fits(pattern, pkg string) bool {
	if pattern == "..." {
		return true
	}
	if base, ok := strings.CutSuffix(pattern, "/..."); ok {
		return under(base, pkg)
	}
	return pattern == pkg
}

func under(base, pkg string) bool {
	return pkg == base || strings.HasPrefix(pkg, base+"/")
}

func isKit(pkg string) bool {
	for _, k := range kits {
		if under(k, pkg) {
			return true
		}
	}
	return false
}
