package dashboard

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/inventory"
	"github.com/lifeboat-dr/lifeboat/ui/screen"
	"github.com/lifeboat-dr/lifeboat/ui/theme"
)

// still is a desk that counts how often it is asked.
type still struct{ asked int }

func (d *still) Workloads() []*inventory.Workload {
	return []*inventory.Workload{{Name: "orders", Kind: "sqlite"}}
}

func (d *still) Status(_ context.Context, w *inventory.Workload) (drill.Status, error) {
	d.asked++
	return drill.Status{Workload: w, Remarks: []drill.Remark{{Level: drill.LevelGood, Text: "fine"}}}, nil
}

func (d *still) StartFor(context.Context, drill.StartRequest) (*drill.Run, error) { return nil, nil }

// Before anything was looked at, the dashboard looks at nothing and claims
// nothing.
func TestFirstFrameClaimsNothing(t *testing.T) {
	desk := &still{}
	env := &screen.Env{Context: t.Context(), Styles: theme.New(theme.Options{}), Now: time.Now, Live: screen.Live{}}
	s := New(env, desk, nil)
	if s.Open() == nil {
		t.Error("the first look is not asked for")
	}
	if cmd := s.Update(screen.Shown{}); cmd != nil {
		t.Error("it looks before the first frame")
	}
	if first := s.View(100, 30); strings.Contains(first, "protected as declared") || !strings.Contains(first, "looking at 1") {
		t.Errorf("the first frame:\n%s", first)
	}
	if desk.asked > 0 {
		t.Errorf("asked %d times", desk.asked)
	}
	if s.Update(begin{}) == nil {
		t.Error("the first look does not begin")
	}
	w := s.rows[0].w
	st, _ := desk.Status(t.Context(), w)
	s.Update(found{rows: s.rows, status: []drill.Status{st}, errs: []error{nil}})
	if after := s.View(100, 30); !strings.Contains(after, "all protected as declared") {
		t.Errorf("after the look:\n%s", after)
	}
}
