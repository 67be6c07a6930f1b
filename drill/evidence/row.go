package evidence

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
)

const hintSummary = "lists and charts may show this run wrongly; its journal and its report are whole"

func readRow(ctx context.Context, src Source, run string) (Row, *Broken) {
	row, ok, err := src.Row(ctx, run)
	switch {
	case err != nil:
		return row, damaged(ctx, src, err)
	case !ok:
		return row, &Broken{LinkSummary, "run " + run, "it is missing from the list of runs", hintSummary}
	}
	return row, nil
}

// wholeRow compares the run's row with one made anew from its events. Another
// version of lifeboat may make another summary of the same events: then the
// one that was signed is right too.
func wholeRow(c *chained, row Row, signed string) *Broken {
	sum := drill.Summarise(&c.state)
	again, err := json.Marshal(sum)
	if err != nil {
		return &Broken{LinkSummary, "run " + c.run, err.Error(), ""}
	}
	bad := func(format string, args ...any) *Broken {
		return &Broken{LinkSummary, "the row of run " + c.run + " in the list of runs", fmt.Sprintf(format, args...), hintSummary}
	}
	ended := ""
	if !sum.Ended.IsZero() {
		ended = stamp(sum.Ended)
	}
	for _, f := range []struct{ name, got, want string }{
		{"id", row.ID, sum.ID},
		{"workload", row.Workload, sum.Workload},
		{"mode", row.Mode, string(sum.Mode)},
		{"started", row.Started, stamp(sum.Started)},
		{"ended", row.Ended, ended},
	} {
		if f.got != f.want {
			return bad("its %s is %s; the events say %s", f.name, word(f.got), word(f.want))
		}
	}
	if row.Summary == string(again) || signed != "" && hexDigest([]byte(row.Summary)) == signed {
		return nil
	}
	return bad("%s", difference(row.Summary, string(again)))
}

func stamp(t time.Time) string { return t.UTC().Format(TimeFormat) }

// difference names the first key by which two summaries differ.
func difference(got, want string) string {
	var g, w map[string]json.RawMessage
	if err := json.Unmarshal([]byte(got), &g); err != nil {
		return "its summary is no JSON: " + err.Error()
	}
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		return err.Error()
	}
	both := maps.Clone(w)
	maps.Copy(both, g)
	for _, key := range slices.Sorted(maps.Keys(both)) {
		if string(g[key]) != string(w[key]) {
			return fmt.Sprintf("the %s of its summary is %s; the events say %s", word(key), word(string(g[key])), word(string(w[key])))
		}
	}
	return "the text of its summary is not the one made from the events"
}
