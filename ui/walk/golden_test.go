package walk_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/drivertest"
	"github.com/lifeboat-dr/lifeboat/ui/theme"
	"github.com/lifeboat-dr/lifeboat/ui/uitest"
)

// slowRestore makes a restore that takes a minute and prints as it goes.
func slowRestore(sc *scene) {
	var lines []string
	for i := range 40 {
		lines = append(lines, fmt.Sprintf("processing data for table \"public.orders_%02d\"", i))
	}
	sc.fake.Edit(func(s *drivertest.Script) {
		s.Restore = drivertest.Restoration{Takes: time.Minute, Steps: 60, Lines: lines, Bytes: 2_100_000_000}
	})
}

func unknownCheck(sc *scene) {
	sc.fake.Edit(func(s *drivertest.Script) {
		s.Checks = map[string]drivers.CheckResult{"rows orders": {
			Outcome: drivers.Unknown, Detail: "the source can't be reached", Proves: true,
		}}
	})
}

func TestPictures(t *testing.T) {
	live := strings.Replace(toVerify, "start: the clock starts now", "the clock runs since the imp", 1)
	toRestore := toVerify + "press enter enter\nsee \"into scratch\"\n"
	toEnd := toRestore + "press enter enter enter\n"
	pictures := map[string]struct {
		scene  scene
		script string
	}{
		"before":       {script: "wait 0s"},
		"running":      {scene{setup: slowRestore}, toRestore + "press enter\nwait 37600ms"},
		"choose":       {script: "press enter enter enter enter enter enter"},
		"badpoint":     {scene{setup: spoil}, toVerify + "press enter\nwait 3s"},
		"badcommand":   {scene{book: shellBook}, "press enter enter\nwait 3s"},
		"plan":         {scene{mode: drill.ModeIncident, book: liveBook, setup: withSource}, live + "press enter enter enter"},
		"confirm":      {scene{mode: drill.ModeIncident, book: liveBook, setup: withSource}, live + "press enter enter enter enter"},
		"byhand":       {scene{}, toRestore + "press m"},
		"passed":       {script: toEnd + "press enter"},
		"failed":       {scene{setup: spoil}, toVerify + "press enter\nwait 1s\npress enter"},
		"inconclusive": {scene{setup: unknownCheck}, toEnd + "press s\ntype \"the source is down\"\npress enter enter"},
		"looking":      {scene{}, toVerify + "press up up"},
		"log":          {scene{}, toRestore + "press l"},
	}
	for name, p := range pictures {
		for _, size := range [][2]int{{60, 20}, {80, 24}, {140, 45}} {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				sc := p.scene
				uitest.Run(t, size[0], size[1], sc.model, func(s *uitest.Sheet) {
					s.Play(p.script)
					picture(t, s, fmt.Sprintf("%s-%dx%d", name, size[0], size[1]))
				})
			})
		}
	}
}

// Without colour and without Unicode the screen says the same.
func TestPlainPicture(t *testing.T) {
	sc := scene{setup: spoil, theme: theme.Options{Dark: true, Color: false, Unicode: false}}
	sc.theme.Dark = true
	uitest.Run(t, 80, 24, sc.model, func(s *uitest.Sheet) {
		s.Play(toVerify + "press enter\nwait 3s")
		picture(t, s, "ascii-80x24")
		for _, code := range []string{"38;2", "48;2", "38;5"} {
			if strings.Contains(s.Styled(), code) {
				t.Errorf("a colour is on the screen: %s", code)
			}
		}
	})
}

func TestResizeWhileRunning(t *testing.T) {
	sc := &scene{setup: slowRestore}
	uitest.Run(t, 100, 30, sc.model, func(s *uitest.Sheet) {
		s.Play(toVerify + "press enter enter enter\nwait 5s")
		for w := 60; w <= 240; w += 7 {
			s.Resize(w, 20+w%51)
			s.Wait(300 * time.Millisecond)
			s.Fits()
			s.See("restore 19991231T170000Z into")
		}
	})
}
