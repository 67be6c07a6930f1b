package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
)

// past keeps a run that is known by its summary only.
func past(t testing.TB, s *Store, sum drill.Summary) {
	t.Helper()
	e := drill.Event{Run: sum.ID, Seq: 1, At: sum.Started, Body: drill.Noted{}}
	if err := s.Append(context.Background(), []drill.Event{e}, sum); err != nil {
		t.Fatal(err)
	}
}

func ids(runs []drill.Summary) string {
	var out []string
	for _, r := range runs {
		out = append(out, r.ID)
	}
	return strings.Join(out, " ")
}

func TestRuns(t *testing.T) {
	s := fresh(t)
	day := func(n int) time.Time { return origin.AddDate(0, 0, n) }
	past(t, s, drill.Summary{ID: "c3", Workload: "shop", Mode: drill.ModeDrill, Started: day(3), Ended: day(3)})
	past(t, s, drill.Summary{ID: "a1", Workload: "shop", Mode: drill.ModeDrill, Started: day(1), Ended: day(1)})
	past(t, s, drill.Summary{ID: "b2", Workload: "files", Mode: drill.ModeIncident, Started: day(2), Ended: day(2)})
	past(t, s, drill.Summary{ID: "d4", Workload: "shop", Mode: drill.ModeDrill, Started: day(4)})
	past(t, s, drill.Summary{ID: "e4", Workload: "shop", Mode: drill.ModeTabletop, Started: day(4), Ended: day(4)})
	for _, c := range []struct {
		f    drill.RunFilter
		want string
	}{
		{drill.RunFilter{}, "e4 d4 c3 b2 a1"},
		{drill.RunFilter{Limit: 2}, "e4 d4"},
		{drill.RunFilter{Workload: "shop"}, "e4 d4 c3 a1"},
		{drill.RunFilter{Workload: "shop", Mode: drill.ModeDrill, Ended: true}, "c3 a1"},
		{drill.RunFilter{Since: day(2)}, "e4 d4 c3 b2"},
		{drill.RunFilter{Since: day(2).In(time.FixedZone("", 9*3600)), Ended: true, Limit: 2}, "e4 c3"},
		{drill.RunFilter{Workload: "nobody's"}, ""},
	} {
		got, err := s.Runs(context.Background(), c.f)
		if err != nil || ids(got) != c.want {
			t.Errorf("%+v: %q, want %q (%v)", c.f, ids(got), c.want, err)
		}
	}
}

func TestSummaryIsReplaced(t *testing.T) {
	ctx := context.Background()
	s := fresh(t)
	past(t, s, drill.Summary{ID: "a1", Started: origin})
	e := drill.Event{Run: "a1", Seq: 2, At: origin, Body: drill.RunEnded{}}
	if err := s.Append(ctx, []drill.Event{e}, drill.Summary{ID: "a1", Started: origin, Ended: origin, Verdict: drill.VerdictPassed}); err != nil {
		t.Fatal(err)
	}
	runs, err := s.Runs(ctx, drill.RunFilter{Ended: true})
	if err != nil || len(runs) != 1 || runs[0].Verdict != drill.VerdictPassed {
		t.Errorf("%+v, %v", runs, err)
	}
}

func TestFindRun(t *testing.T) {
	ctx := context.Background()
	s := fresh(t)
	for i, id := range []string{"7f3a90c2", "7f3b0001", "7f3b", "00000000", "ffffffff"} {
		past(t, s, drill.Summary{ID: id, Started: origin.Add(-time.Duration(i) * time.Hour)})
	}
	for _, c := range []struct{ prefix, want string }{
		{"", "7f3a90c2"},
		{"7f3a", "7f3a90c2"},
		{" 7f3a90c2\n", "7f3a90c2"},
		{"7f3b", "7f3b"}, // whole, though another one begins with it
		{"7f3b0", "7f3b0001"},
		{"0", "00000000"},
		{"f", "ffffffff"},
	} {
		if got, err := s.FindRun(ctx, c.prefix); err != nil || got.ID != c.want {
			t.Errorf("%q: %s, want %s (%v)", c.prefix, got.ID, c.want, err)
		}
	}
	for _, prefix := range []string{"e", "7f3a90c2f", "%", "_", "?", "*", "'", "7F3A"} {
		if _, err := s.FindRun(ctx, prefix); !errors.Is(err, drill.ErrNoRun) {
			t.Errorf("%q: %v", prefix, err)
		}
	}
	_, err := s.FindRun(ctx, "7f3")
	if !errors.Is(err, ErrAmbiguous) || !strings.Contains(fmt.Sprint(err), "7f3a90c2 and 7f3b0001") {
		t.Errorf("ambiguous: %v", err)
	}
}

// Lists must not read the whole history: each query of Runs has an index that
// it follows from the newest.
func TestQueriesFollowAnIndex(t *testing.T) {
	s := fresh(t)
	past(t, s, drill.Summary{ID: "a1", Started: origin})
	for query, index := range map[string]string{
		"SELECT summary FROM runs ORDER BY started DESC, n DESC LIMIT 50":                                           "runs_by_start",
		"SELECT summary FROM runs WHERE workload = 'x' AND ended IS NOT NULL ORDER BY started DESC, n DESC LIMIT 1": "runs_by_workload",
		"SELECT body FROM events WHERE run = 'x' ORDER BY seq":                                                      "sqlite_autoindex_events_1",
	} {
		plan, err := explain(s, query)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(plan, index) || strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("%s: %s", query, plan)
		}
	}
}

// explain tells how SQLite would answer.
func explain(s *Store, query string) (string, error) {
	rows, err := s.db.Query("EXPLAIN QUERY PLAN " + query)
	if err != nil {
		return "", err
	}
	defer func() { _ = rows.Close() }()
	var plan []string
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			return "", err
		}
		plan = append(plan, detail)
	}
	return strings.Join(plan, "; "), rows.Err()
}
