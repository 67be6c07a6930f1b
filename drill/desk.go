package drill

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/inventory"
)

// Desk is what a screen or a command line works with: the engine, the estate,
// the library and the history at one place. All its methods may take time;
// a screen calls them from a tea.Cmd.
type Desk struct {
	*Engine
	Library *Library
}

// Workloads lists the inventory's workloads, or none without an inventory.
func (d *Desk) Workloads() []*inventory.Workload {
	if d.Estate.Inventory == nil {
		return nil
	}
	return d.Estate.Inventory.Workloads
}

// Level says how bad a finding is.
type Level string

// The levels, worst first.
const (
	LevelBad  Level = "bad"  // data is not protected as declared
	LevelWarn Level = "warn" // something to look at
	LevelGood Level = "good"
)

// Remark is one thing to know about a workload's protection.
type Remark struct {
	Level Level  `json:"level"`
	Text  string `json:"text"`
	Hint  string `json:"hint,omitempty"`
}

// Status is how a workload is protected right now.
type Status struct {
	Workload *inventory.Workload
	Copies   []CopyPoints
	Newest   *drivers.RecoveryPoint // over all copies, without a visible problem
	Age      time.Duration          // of Newest
	RPOMet   *bool                  // nil: no objective, or nothing found
	LastTest *Summary               // newest drill of the whole, of any verdict but aborted
	Proven   *Summary               // newest passed run
	Due      time.Time              // when the next restore test should have happened
	Overdue  bool
	Remarks  []Remark // worst first; never empty
}

// Worst is the level of the worst remark.
func (s *Status) Worst() Level {
	if len(s.Remarks) == 0 {
		return LevelGood
	}
	return s.Remarks[0].Level
}

// Tests is what history knows of a workload's restore tests. It is quick: it
// looks at no backup.
func (d *Desk) Tests(ctx context.Context, w *inventory.Workload) (Status, error) {
	st := Status{Workload: w}
	runs, err := d.History.Runs(ctx, RunFilter{Workload: w.Name, Ended: true, Limit: 50})
	if err != nil {
		return st, err
	}
	for i := range runs {
		if !runs[i].Test() {
			continue
		}
		if st.LastTest == nil {
			st.LastTest = &runs[i]
		}
		if runs[i].Verdict == VerdictPassed && st.Proven == nil {
			st.Proven = &runs[i]
		}
	}
	var last time.Time
	if st.Proven != nil {
		last = st.Proven.Ended
	}
	st.Due = w.TestDue(last)
	st.Overdue = !st.Due.After(d.Now())
	return st, nil
}

// Status looks at every copy of a workload and at its history.
func (d *Desk) Status(ctx context.Context, w *inventory.Workload) (Status, error) {
	st, err := d.Tests(ctx, w)
	if err != nil {
		return st, err
	}
	st.Copies = d.Estate.Locate(ctx, w, "")
	points, _ := Points(st.Copies) // errors stand with their copy
	now := d.Now()
	if st.Newest = Suggest(points); st.Newest != nil {
		st.Age = max(now.Sub(st.Newest.Time), 0)
		if w.RPO > 0 {
			met := st.Age <= w.RPO
			st.RPOMet = &met
		}
	}
	st.Remarks = remarks(&st, now)
	return st, nil
}

func remarks(st *Status, now time.Time) []Remark {
	var out []Remark
	for _, c := range st.Copies {
		out = append(out, copyRemarks(st.Workload, c, now)...)
	}
	switch {
	case st.Newest == nil:
		out = append(out, Remark{LevelBad, "no recovery point: this data can't be brought back", "look at the copies below"})
	case st.RPOMet != nil && !*st.RPOMet:
		out = append(out, Remark{
			LevelWarn, fmt.Sprintf("newest recovery point is %s old, RPO is %s", short(st.Age), short(st.Workload.RPO)),
			"back up more often, or declare what is possible",
		})
	}
	switch {
	case st.LastTest == nil:
		out = append(out, Remark{LevelWarn, "a restore was never tested", "start a drill"})
	case st.LastTest.Verdict != VerdictPassed:
		out = append(out, Remark{LevelBad, "the last restore test ended " + string(st.LastTest.Verdict), "open it in the history"})
	case st.Overdue:
		out = append(out, Remark{LevelWarn, "restore test is due since " + st.Due.Format("2006-01-02"), "start a drill"})
	}
	if r := threeTwoOne(st.Workload); r != nil {
		out = append(out, *r)
	}
	if len(out) == 0 {
		out = []Remark{{LevelGood, "protected as declared", ""}}
	}
	rank := map[Level]int{LevelBad: 0, LevelWarn: 1, LevelGood: 2}
	slices.SortStableFunc(out, func(a, b Remark) int { return rank[a.Level] - rank[b.Level] })
	return out
}

func copyRemarks(w *inventory.Workload, c CopyPoints, now time.Time) []Remark {
	var out []Remark
	switch newest := Suggest(c.Points); {
	case c.Err != nil:
		out = append(out, Remark{LevelBad, fmt.Sprintf("copy %s: %v", c.Copy.Name, c.Err), drivers.Hint(c.Err)})
	case len(c.Points) == 0:
		out = append(out, Remark{LevelBad, "copy " + c.Copy.Name + " holds no recovery point", "is its backup job running?"})
	case newest != nil:
		age := now.Sub(newest.Time)
		if limit := c.Copy.StaleAfter(w); limit > 0 && age > limit {
			out = append(out, Remark{
				LevelBad, fmt.Sprintf("copy %s is stale: newest point %s old, expected within %s", c.Copy.Name, short(age), short(limit)),
				"is its backup job running?",
			})
		}
	}
	for i := range c.Points {
		if len(c.Points[i].Problems) > 0 {
			out = append(out, Remark{LevelWarn, fmt.Sprintf("%s/%s: %s", c.Copy.Name, c.Points[i].ID, c.Points[i].Problems[0]), "remove it, or back up again"})
			break // one of a copy is enough to make somebody look
		}
	}
	return out
}

// ThreeTwoOne counts a workload's copies (the live data included), its media
// and its offsite copies, as declared.
func ThreeTwoOne(w *inventory.Workload) (copies, media, offsite int) {
	kinds := map[string]bool{}
	for _, c := range w.Copies {
		kinds[c.Media] = true
		if c.Offsite {
			offsite++
		}
	}
	delete(kinds, "")
	return len(w.Copies) + 1, len(kinds), offsite
}

func threeTwoOne(w *inventory.Workload) *Remark {
	copies, media, offsite := ThreeTwoOne(w)
	if copies >= 3 && media >= 2 && offsite >= 1 {
		return nil
	}
	return &Remark{
		LevelWarn, fmt.Sprintf("3-2-1 not met: %d copies, %d media, %d offsite", copies, media, offsite),
		"add a copy on another medium, offsite",
	}
}

// short tells a duration in no more detail than anybody needs.
func short(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		d = d.Round(time.Hour)
	case d >= time.Hour:
		d = d.Round(time.Minute)
	default:
		d = d.Round(time.Second)
	}
	return inventory.FormatDuration(d)
}

// StartFor starts a run of a workload with its own runbook, or the built-in
// one.
func (d *Desk) StartFor(ctx context.Context, req StartRequest) (*Run, error) {
	if req.Runbook == nil {
		rb, err := d.Library.For(req.Workload, req.Mode)
		if err != nil {
			return nil, err
		}
		req.Runbook = rb
	}
	return d.Start(ctx, req)
}
