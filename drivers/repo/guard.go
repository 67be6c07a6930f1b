package repo

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// Guard holds the guard rails that every restore into a path has, for a
// driver of one workload.
type Guard struct {
	Driver     string
	Repository string
	Source     string // the live path; empty: not known
	// Identify is the driver's own look at a path.
	Identify func(path string) (drivers.Identity, error)
	// Hint says what to name as a target: "name the directory to restore into".
	Hint string
}

// Refuse refuses a target that is not what its kind says, is or overlaps the
// live source or the repository. It gives the target's identity.
func (g Guard) Refuse(op string, t drivers.Target) (drivers.Identity, error) {
	unsafe := func(why, hint string) (drivers.Identity, error) {
		return drivers.Identity{}, g.fail(op, t.Path, fmt.Errorf("%w: %s", drivers.ErrTargetUnsafe, why), hint)
	}
	if !filepath.IsAbs(t.Path) {
		return unsafe(fmt.Sprintf("%q is no absolute path", t.Path), g.Hint)
	}
	id, err := g.Identify(t.Path)
	if err != nil {
		return id, g.fail(op, t.Path, err, "check the path and its permissions")
	}
	if where, err := identity(g.Repository, Identify); err != nil || id.Overlap(where) != drivers.Apart {
		return unsafe("it "+words(id.Overlap(where), err)+" the repository of the backups", "restore into another directory")
	}
	live, err := identity(g.Source, g.Identify)
	switch how := id.Overlap(live); t.Kind {
	case drivers.TargetLive:
		if err != nil || !id.Same(live) {
			return unsafe("it is not the source "+g.Source, "give it as a parallel target")
		}
	case drivers.TargetScratch, drivers.TargetParallel:
		if err != nil || how != drivers.Apart {
			return unsafe("it "+words(how, err)+" the live source "+g.Source, "restore into another place, or into the live target in an incident")
		}
	default:
		return id, g.fail(op, t.Name, fmt.Errorf("%w: kind %q", drivers.ErrUnsupported, t.Kind), "scratch, parallel or live")
	}
	return id, nil
}

// identity looks at a path of lifeboat.yaml; none has an empty one.
func identity(path string, look func(string) (drivers.Identity, error)) (drivers.Identity, error) {
	if path == "" {
		return drivers.Identity{}, nil
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return drivers.Identity{}, err
	}
	return look(abs)
}

// words says what was found out. A path that can't be looked at may be
// anything.
func words(how drivers.Overlap, err error) string {
	if err != nil {
		return "can't be told from (" + err.Error() + ")"
	}
	return string(how)
}

// Room is the free space where path lies, or will lie.
func (g Guard) Room(path string) (drivers.Room, bool) {
	free, err := FreeSpace(path)
	if err != nil {
		return drivers.Room{}, false
	}
	hint := "make room there, or restore into another file system"
	if tmp := os.TempDir(); Within(tmp, path) {
		hint = "make room in " + tmp + ", or set TMPDIR to a directory of a larger file system"
	}
	return drivers.Room{Path: path, Free: free, Hint: hint}, true
}

// RefuseCramped refuses a restore that has too little room.
func (g Guard) RefuseCramped(op, path string, need int64) error {
	if r, ok := g.Room(path); ok {
		return r.Refuse(g.Driver, op, need)
	}
	return nil
}

func (g Guard) fail(op, object string, err error, hint string) error {
	return &drivers.Error{Driver: g.Driver, Op: op, Object: object, Err: Sort(err), Hint: hint}
}
