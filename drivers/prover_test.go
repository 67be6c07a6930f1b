package drivers_test

import (
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// Whatever is recorded, Proved never names a grade that was not shown, nor
// one past a failure.
func TestProverNeverOverclaims(t *testing.T) {
	clock := func() time.Time { return time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC) }
	grades := drivers.Grades[:drivers.GradeReadable.Rank()+1]
	outcomes := []drivers.Outcome{drivers.Passed, drivers.Failed, drivers.Warned, drivers.Skipped, drivers.Unknown}
	total := 1
	for range grades {
		total *= len(outcomes)
	}
	for n := range total { // every way in which six grades can end
		for _, asked := range grades {
			p := drivers.NewProver(drivers.VerifyRequest{Grade: asked}, clock)
			found := map[drivers.Grade]drivers.Outcome{}
			for i, g := range grades {
				o := outcomes[n/pow(len(outcomes), i)%len(outcomes)]
				if p.Wants(g) {
					found[g] = o
					p.Record(g, o, "", "")
				}
			}
			v := p.Done()
			held := func(g drivers.Grade) bool { return found[g] == drivers.Passed || found[g] == drivers.Warned }
			if v.Proved != "" && !held(v.Proved) {
				t.Fatalf("asked %s, found %v: %s is called proved", asked, found, v.Proved)
			}
			for g, o := range found {
				bad := o == drivers.Failed || o == drivers.Unknown
				if bad && v.OK() {
					t.Fatalf("asked %s, found %v: called good", asked, found)
				}
				if bad && g != drivers.GradeAge && v.Proved.AtLeast(g) {
					t.Fatalf("asked %s, found %v: %s is proved past a failure of %s", asked, found, v.Proved, g)
				}
			}
			if v.OK() && !held(asked) {
				t.Fatalf("asked %s, found %v: called good", asked, found)
			}
		}
	}
}

func pow(b, e int) int {
	n := 1
	for range e {
		n *= b
	}
	return n
}
