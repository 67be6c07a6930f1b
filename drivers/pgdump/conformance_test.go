package pgdump

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/drivertest"
)

// TestConformance holds the driver against the suite of all drivers.
func TestConformance(t *testing.T) {
	server(t)
	databases := 0
	drivertest.Run(t, drivertest.Suite{
		New: func(t testing.TB) *drivertest.Estate {
			dir, work := t.TempDir(), reachableDir(t)
			return &drivertest.Estate{Driver: driver(t, dir, nil), Dirs: []string{dir}, Work: work, Data: t}
		},
		Seed: func(e *drivertest.Estate, n int) error {
			t := e.Data.(testing.TB)
			for i := range n {
				path := filepath.Join(e.Dirs[0], fmt.Sprintf("shop-%d.dump", i))
				copyTree(t, filepath.Join(shared.dumps, "custom.dump"), path)
				signAt(t, path, time.Date(2026, 11, 20, i, 0, 0, 0, time.UTC))
			}
			return nil
		},
		Damage: []drivertest.Damage{
			{Name: "cut in half", Grade: drivers.GradeSize, Do: onDump(cutPart(0.5))},
			{Name: "empty", Grade: drivers.GradeSize, Do: onDump(cut(0))},
			{Name: "flipped", Grade: drivers.GradeChecksum, Do: onDump(flipPart(0.5))},
			{Name: "flipped, no manifest", Grade: drivers.GradeReadable, Do: func(e *drivertest.Estate, p drivers.RecoveryPoint) error {
				if err := os.Remove(p.Manifest); err != nil {
					return err
				}
				return onDump(flipPart(0.5))(e, p)
			}},
		},
		Target: func(e *drivertest.Estate) drivers.Target {
			databases++
			return parallel(e.Data.(testing.TB), fmt.Sprintf("conformance_%d", databases))
		},
	})
}

func onDump(spoil func(*testing.T, string)) func(*drivertest.Estate, drivers.RecoveryPoint) error {
	return func(e *drivertest.Estate, p drivers.RecoveryPoint) error {
		spoil(e.Data.(*testing.T), p.Files[0])
		return nil
	}
}

// reachableDir is a directory that a server's user can enter.
func reachableDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "lb-work-")
	must(t, err)
	must(t, os.Chmod(dir, 0o711))
	t.Cleanup(func() { _ = os.RemoveAll(dir) }) // a temporary directory
	return dir
}
