package drilltest

import (
	"testing"
	"testing/fstest"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/command"
	"github.com/lifeboat-dr/lifeboat/drivers/drivertest"
	"github.com/lifeboat-dr/lifeboat/inventory"
)

// Now is when the fake estate stands: its points are of the nights before.
var Now = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

// Walk is a drill of five steps for any kind: locate, choose, verify,
// restore, check.
const Walk = `# Restore drill

## 1. Locate
<!-- lifeboat: budget=1m -->
` + "```lifeboat\naction: locate\n```" + `

## 2. Choose
` + "```lifeboat\naction: choose\n```" + `

## 3. Verify
` + "```lifeboat\naction: verify\ngrade: readable\n```" + `

## 4. Restore
` + "```lifeboat\naction: restore\nto: scratch\n```" + `

## 5. Validate
` + "```lifeboat\naction: check\n```" + `

## Rollback

1. Say that it did not work
`

// Desk makes a desk on a fake driver: one workload "shop" with two copies and
// a check of rows, the runbook Walk as its built-in one, journal in memory,
// real shell commands. now may be nil: then time stands at Now.
func Desk(t testing.TB, f *drivertest.Fake, now func() time.Time) (*drill.Desk, *Memory) {
	t.Helper()
	if now == nil {
		now = func() time.Time { return Now }
	}
	dir := t.TempDir()
	w := &inventory.Workload{
		Name: "shop", Kind: "fake", Tier: "1",
		Objectives: inventory.Objectives{RPO: 24 * time.Hour, RTO: time.Hour},
		Copies: []*inventory.Copy{
			{Name: "nightly", Driver: "fake", Repository: "/fake/repository", Media: "disk"},
		},
		Checks: []inventory.Check{{Name: "rows orders", Rows: "orders", Expect: ">= 1"}},
	}
	estate := &drill.Estate{
		Inventory: &inventory.Inventory{Path: dir + "/lifeboat.yaml", Dir: dir, Workloads: []*inventory.Workload{w}},
		Registry:  drivers.NewRegistry(drivertest.FakeFactory(f)),
		Env:       drivers.Env{Runner: command.Local{}, Now: now, TmpDir: dir},
	}
	mem := &Memory{}
	e := &drill.Engine{
		Journal: mem, History: mem, Estate: estate, Now: now, RunsDir: dir + "/runs",
		ScratchDir: dir, Operator: "tester", Host: "testhost", Version: "test",
	}
	e.Executor = &drill.Local{Estate: estate, Session: e.SessionDir}
	return &drill.Desk{Engine: e, Library: &drill.Library{
		Dir: dir, Builtin: fstest.MapFS{"walk.md": {Data: []byte(Walk)}},
		Pick: func(string, drill.Mode) (string, bool) { return "walk", true },
	}}, mem
}
