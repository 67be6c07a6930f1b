package drivertest

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// Script is what a Fake does. Its zero value finds no points, verifies
// everything, restores at once and holds every check. It can be kept as JSON,
// for drivers that are made in another process: see ScriptFactory.
type Script struct {
	Points []drivers.RecoveryPoint `json:"points,omitempty"`
	// Verify overrides what a grade finds, by point id.
	Verify map[string][]drivers.GradeResult `json:"verify,omitempty"`
	// VerifyTakes is how long each grade takes.
	VerifyTakes time.Duration `json:"verify_takes_ns,omitempty"`
	Restore     Restoration   `json:"restore"`
	// Checks overrides what a check finds, by its name.
	Checks map[string]drivers.CheckResult `json:"checks,omitempty"`
	// Findings are Preflight's.
	Findings []drivers.Finding `json:"findings,omitempty"`
	// Fails makes an operation fail: locate, verify, plan, restore,
	// provision, destroy, validate, backup, identify, query.
	Fails map[string]Failure `json:"fails,omitempty"`
	// OnDisk makes scratch targets real directories, and a restored target a
	// file that holds the point's id. Without it the fake touches no disk.
	OnDisk bool `json:"on_disk,omitempty"`
}

// Restoration is how a restore goes.
type Restoration struct {
	Takes time.Duration `json:"takes_ns,omitempty"`
	Steps int           `json:"steps,omitempty"` // progress reports; 0: 10
	Bytes int64         `json:"bytes,omitempty"` // 0: the point's size
	Items int64         `json:"items,omitempty"`
	Lines []string      `json:"lines,omitempty"` // printed, spread over the steps
	Warns []string      `json:"warns,omitempty"` // the evidence's warnings
	// FailAfter makes it fail after that many steps with Fails["restore"];
	// 0: at once.
	FailAfter int `json:"fail_after,omitempty"`
	// Needs is the plan's need of space.
	Needs int64 `json:"needs,omitempty"`
	// PlanWarns are the plan's warnings.
	PlanWarns []string `json:"plan_warns,omitempty"`
}

// Failure is a scripted error.
type Failure struct {
	// Is names the sentinel: "not found", "corrupt", "tool missing" … as the
	// sentinel's own text. Any other text is an error of its own.
	Is       string `json:"is"`
	Object   string `json:"object,omitempty"`
	Hint     string `json:"hint,omitempty"`
	ExitCode int    `json:"exit_code,omitempty"`
}

func (f Failure) err(driver, op string) error {
	return &drivers.Error{
		Driver: driver, Op: op, Object: f.Object, ExitCode: f.ExitCode, Hint: f.Hint,
		Err: sentinel(f.Is),
	}
}

func sentinel(text string) error {
	for _, e := range []error{
		drivers.ErrNotFound, drivers.ErrCorrupt, drivers.ErrUnsupported, drivers.ErrToolMissing,
		drivers.ErrDenied, drivers.ErrTargetUnsafe, drivers.ErrPlanStale, drivers.ErrNoSpace, drivers.ErrUnreachable,
	} {
		if e.Error() == text {
			return e
		}
	}
	return fmt.Errorf("%s", text)
}

// ReadScript reads a script from JSON.
func ReadScript(path string) (Script, error) {
	var s Script
	b, err := os.ReadFile(path)
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(b, &s); err != nil {
		return s, fmt.Errorf("script %s: %w", path, err)
	}
	return s, nil
}

// Points makes n full points, newest at newest and each a day older than the
// one before it.
func Points(newest time.Time, n int) []drivers.RecoveryPoint {
	var ps []drivers.RecoveryPoint
	for i := range n {
		at := newest.AddDate(0, 0, -i).UTC()
		id := at.Format("20060102T150405Z")
		ps = append(ps, drivers.RecoveryPoint{
			ID: id, Time: at, TimeSource: drivers.TimeManifest, Kind: drivers.PointFull,
			Size: 64 << 20, Files: []string{"/fake/repository/" + id + ".bak"},
		})
	}
	return ps
}
