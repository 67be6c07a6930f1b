package evidence

import (
	"os"
	"reflect"
	"strings"
	"testing"
)

// The page tells every key of what is signed and of what a check answers, and
// the values that TestChainStaysAsItIs holds.
func TestPageIsComplete(t *testing.T) {
	data, err := os.ReadFile("../../docs/evidence.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(data)
	for _, v := range []any{Predicate{}, Proof{}, Broken{}, Proven{}, Versions{}, Runbook{}} {
		kind := reflect.TypeOf(v)
		for i := range kind.NumField() {
			key, _, _ := strings.Cut(kind.Field(i).Tag.Get("json"), ",")
			if !strings.Contains(page, "`"+key+"`") {
				t.Errorf("%s: `%s` is not told", kind.Name(), key)
			}
		}
	}
	for _, link := range []string{LinkSignature, LinkReport, LinkJournal, LinkSeal, LinkOutputs, LinkSummary, LinkDatabase} {
		if !strings.Contains(page, "| `"+link+"` |") {
			t.Errorf("link %s is not told", link)
		}
	}
	for _, text := range []string{startDomain, eventDomain, RunPredicate, ReportPredicate, PayloadType, Start(testRun), "6d5e8177840a761cdd765ff786bc74a6ba0cba3e165693191f37868d458bc1d0"} {
		if !strings.Contains(page, text) {
			t.Errorf("%s is not told", text)
		}
	}
}
