package drill_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drill/drilltest"
	"github.com/lifeboat-dr/lifeboat/drivers/drivertest"
)

// faultBook has commands before, between and after the driver's work.
const faultBook = "# Shop\n\n## 1. Find\n\n```bash\necho one\n```\n\n```bash\necho two\n```\n\n```lifeboat\naction: locate\n```\n\n```lifeboat\naction: choose\n```\n\n" +
	"## 2. Restore\n\n```lifeboat\naction: verify\n```\n\n```lifeboat\naction: restore\nto: scratch\n```\n\n```bash\necho three\n```\n\n" +
	"## 3. Check\n\n```lifeboat\naction: check\n```\n\n```bash\necho four\n```\n\n## Rollback\n\n1. Undo\n\n   ```bash\n   echo back\n   ```\n"

var (
	errFull = errors.New("no space left on device")
	errDead = errors.New("this process is dead")
)

// ordeal is one run and all that goes wrong with it. Each process that drives
// it is an engine of its own, on the same journal and the same directories.
type ordeal struct {
	t     *testing.T
	seed  uint64
	rnd   *rand.Rand
	fake  *drivertest.Fake
	base  *drill.Desk
	mem   *drilltest.Memory
	shims *drilltest.Shims // nil: tasks are done in the engine's process
	hands *hands
	clock *clock
	calm  bool // nobody types what ends or rewrites the walk; less goes wrong

	d *drill.Desk // of the process that drives now
	j *drilltest.Flaky
	r *drill.Run // nil: nobody could open it

	id      string
	retries map[string]int // the operator's, by unit
	trail   []string       // what was done, to read when it went wrong
}

// clock ticks, and is set back or forward.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(time.Second)
	return c.at
}

func (c *clock) step(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// hands do commands without a shell, well or badly by lot, and count them.
type hands struct {
	drill.Executor
	mu  sync.Mutex
	rnd *rand.Rand
	did []drill.Task
}

func (h *hands) Run(ctx context.Context, t drill.Task, out *drill.Output) drill.Result {
	if t.Kind != drill.TaskShell {
		return h.Executor.Run(ctx, t, out)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.did = append(h.did, t)
	if h.rnd.IntN(8) == 0 {
		return drill.Result{Code: 1, Error: "exit status 1"}
	}
	return drill.Result{OK: true}
}

func newOrdeal(t *testing.T, seed uint64) *ordeal {
	t.Helper()
	o := &ordeal{
		t: t, seed: seed, rnd: rand.New(rand.NewPCG(seed, 1)), fake: fake(),
		clock: &clock{at: drilltest.Now}, retries: map[string]int{},
	}
	o.calm = o.rnd.IntN(3) == 0
	for _, op := range []string{"verify", "restore", "provision", "validate", "destroy"} {
		if !o.calm && o.rnd.IntN(6) == 0 {
			o.fake.Fail(op, errors.New(op+" fails by lot"))
		}
	}
	o.base, o.mem = drilltest.Desk(t, o.fake, o.clock.now)
	o.hands = &hands{Executor: o.base.Executor, rnd: rand.New(rand.NewPCG(seed, 2))}
	if o.rnd.IntN(4) > 0 {
		lot := rand.New(rand.NewPCG(seed, 3))
		o.shims = &drilltest.Shims{Executor: o.hands, Dir: t.TempDir(), Mishap: func(task drill.Task) drilltest.Mishap {
			ms := []drilltest.Mishap{drilltest.NotStarted, drilltest.KilledEarly, drilltest.KilledLate, drilltest.Stuck, "", "", "", "", "", "", "", ""}
			m := ms[lot.IntN(len(ms))]
			if m == drilltest.Stuck && task.Kind == drill.TaskDestroy {
				return "" // nothing interrupts it
			}
			return m
		}}
	}
	return o
}

// process starts a new one.
func (o *ordeal) process() {
	o.j = &drilltest.Flaky{Journal: o.mem}
	e := &drill.Engine{
		Journal: o.j, History: o.mem, Executor: o.hands, Estate: o.base.Estate, Now: o.clock.now, RunsDir: o.base.RunsDir,
		ScratchDir: o.base.ScratchDir, Operator: "tester", Host: "testhost", Version: "test",
	}
	if o.shims != nil {
		e.Supervisor = o.shims
	}
	o.d, o.r = &drill.Desk{Engine: e, Library: o.base.Library}, nil
}

func (o *ordeal) say(format string, args ...any) {
	o.trail = append(o.trail, fmt.Sprintf(format, args...))
}

func (o *ordeal) errorf(format string, args ...any) {
	o.t.Helper()
	o.t.Errorf("seed %d: %s\n  after %s", o.seed, fmt.Sprintf(format, args...), strings.Join(o.trail, "\n        "))
}

// kill ends the process as kill -9 does: it writes nothing more.
func (o *ordeal) kill() {
	o.say("kill")
	o.j.Down(errDead)
	if o.r != nil {
		if o.shims == nil {
			o.r.Interrupt() // what runs in the process ends with it
		}
		o.r.Die()
	}
	o.clock.step(time.Duration(o.rnd.IntN(7201)-3600) * time.Second)
	o.process()
}

// open picks the run up.
func (o *ordeal) open() {
	var err error
	if o.rnd.IntN(2) == 0 {
		o.r, err = o.d.Open(o.t.Context(), o.id)
	} else {
		o.r, err = o.d.Resume(o.t.Context(), o.id, o.rnd.IntN(2) == 0)
	}
	o.say("open: %v", err)
	if errors.Is(err, drill.ErrDriven) {
		o.errorf("nobody drives it: %v", err)
	}
	if (err != nil) != (o.r == nil) {
		o.errorf("a run and %v", err)
	}
	o.rest()
}

// rest waits until nothing moves: no task, or one that is stuck.
func (o *ordeal) rest() {
	for o.r != nil {
		s := o.r.State()
		if s.Running() == nil || o.r.Broken() != nil || o.shims != nil && o.shims.Stuck() {
			return
		}
		time.Sleep(100 * time.Microsecond)
	}
}

// act does one thing by lot.
func (o *ordeal) act() {
	if o.rnd.IntN(6) == 0 {
		f := drilltest.Fault{Err: errFull, Kept: o.rnd.IntN(2) == 0, Stays: o.rnd.IntN(2) == 0}
		n := 1 + o.rnd.IntN(3)
		o.say("append %d from now: %+v", n, f)
		o.j.Plan(n, f)
	}
	if o.r == nil {
		o.say("heal")
		o.j.Down(nil)
		o.open()
		return
	}
	switch o.rnd.IntN(14) {
	case 0:
		o.kill()
		o.open()
	case 1, 2:
		if o.shims != nil {
			o.say("leave")
			o.r.Leave()
			o.process()
			o.open()
		}
	case 3:
		o.say("interrupt")
		for o.r.Interrupt(); o.shims != nil && o.shims.Stuck() && o.r.Broken() == nil; {
			time.Sleep(100 * time.Microsecond)
		}
	case 4:
		if o.rnd.IntN(4) == 0 {
			o.say("close: %v", o.r.Close("by lot"))
			o.process()
			o.open()
		}
	case 5:
		o.say("heal")
		o.j.Down(nil)
	default:
		o.do(o.command())
	}
	o.rest()
}

func (o *ordeal) command() drill.Command {
	s := o.r.State()
	_, _, failed := s.Failed()
	switch {
	case !o.calm:
		return randomCommand(o.rnd)
	case failed && o.rnd.IntN(4) == 0:
		return drill.SkipStep{Reason: "so"}
	case failed:
		return drill.Retry{}
	}
	return drill.Next{}
}

func (o *ordeal) do(c drill.Command) {
	s := o.r.State()
	if _, retry := c.(drill.Retry); retry {
		if st := s.Step(); st != nil && st.Next() >= 0 {
			o.retries[unitName(s.Rolled, s.Current, st.Next())]++
		}
	}
	err := o.r.Do(o.t.Context(), c)
	o.say("%T%+v: %v", c, c, err)
}

func unitName(rolled bool, step, unit int) string { return fmt.Sprint(rolled, " ", step, ".", unit) }

// owned proves that every scratch target there is has a slip: whatever dies
// now, the next sweep finds it.
func (o *ordeal) owned() {
	for _, path := range o.fake.LeftOver() {
		id := filepath.Base(filepath.Dir(path))
		if _, err := os.Stat(filepath.Join(filepath.Dir(o.base.RunsDir), "scratch", id+".json")); err != nil {
			o.errorf("nobody would find %s: %v", id, err)
		}
	}
}

// end brings the run to its end, with everything in order again: as an
// operator who aborts it, or as `resume --yes` does.
func (o *ordeal) end() {
	o.kill()
	if o.shims != nil {
		o.shims.Mishap = nil
	}
	r, err := o.d.Resume(o.t.Context(), o.id, true)
	if err != nil {
		o.errorf("the last opening: %v", err)
		return
	}
	o.r = r
	o.rest()
	if s := r.State(); o.rnd.IntN(2) == 0 && s.Running() == nil {
		o.say("walk: %v", drill.Walk(o.t.Context(), r, nil))
	}
	if err := r.Close("end of the test"); err != nil {
		o.errorf("the last close: %v", err)
	}
	s := r.State()
	if !s.Ended() {
		o.errorf("it has not ended")
	}
	o.judgeSlips(&s)
	for range 2 { // what can't be removed once is named, and tried again
		var told []string
		told, err = o.d.Sweep(o.t.Context(), "")
		o.say("sweep: %v %v", told, err)
	}
	if err != nil {
		o.errorf("the last sweep: %v", err)
	}
}
