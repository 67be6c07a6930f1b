package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/internal/term"
)

// errNoInput says that the operator's input has ended.
var errNoInput = errors.New("the input ended")

// ask asks the operator for a line. It gives up when ctx ends: a signal must
// reach a program that waits for a person.
func (a *app) ask(ctx context.Context, prompt string) (string, error) {
	a.say("[%s] ", prompt)
	if a.typed == nil {
		a.typed = a.read()
	}
	if ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case line, ok := <-a.typed:
			if ok {
				return strings.TrimSpace(line), nil
			}
			a.say("\n")
			return "", errNoInput
		}
	}
	a.say("\n")
	return "", ctx.Err()
}

// read gives the lines of the input. Its goroutine ends with the input, or
// with the program.
func (a *app) read() <-chan string {
	lines := make(chan string)
	go func() {
		defer close(lines)
		for in := bufio.NewScanner(a.in); in.Scan(); {
			lines <- in.Text()
		}
	}()
	return lines
}

// conversation walks a run line by line, for screen readers and terminals
// that can't draw.
type conversation struct {
	a    *app
	run  *drill.Run
	told int // the step whose words were shown last; 0: none yet
}

// converse asks for each step on the input. When the input or ctx ends, the
// run is aborted and cleaned up.
func (a *app) converse(ctx context.Context, r *drill.Run, flush func()) error {
	c := conversation{a: a, run: r}
	for {
		err := r.Settle(ctx)
		if err == nil {
			flush()
			s := r.State()
			if s.Ended() {
				return nil
			}
			err = c.turn(ctx, &s)
		}
		switch {
		case terminalGone(ctx), errors.Is(err, errNoInput) && isTerminal(c.a.in):
			return c.a.let(r)
		case ctx.Err() != nil:
			return r.Close(ending(ctx))
		case errors.Is(err, errNoInput):
			return r.Close("the operator's input ended")
		case err != nil:
			return err
		}
	}
}

// let lets go of a run whose operator is gone. Where its tasks can't go on
// without this process, it is brought to its end.
func (a *app) let(r *drill.Run) error {
	if a.start == nil {
		return r.Close("the terminal was closed")
	}
	r.Leave()
	return nil
}

// turn asks once and does what was answered.
func (c *conversation) turn(ctx context.Context, s *drill.State) error {
	c.show(s)
	offered := choices(s)
	key, err := c.a.ask(ctx, offer(offered))
	if err != nil {
		return err
	}
	for _, o := range offered {
		if o.key != key {
			continue
		}
		text := ""
		if o.asks != "" {
			if text, err = c.a.ask(ctx, o.asks); err != nil {
				return err
			}
		}
		return c.do(ctx, o.make(text))
	}
	c.a.say("  %q is none of these\n", key)
	return nil
}

// show prints what stands before the operator: the step's words when it
// begins, then the command, action or item that enter would do.
func (c *conversation) show(s *drill.State) {
	st := s.Step()
	if st == nil {
		return
	}
	if c.told != s.Current+1 {
		c.told = s.Current + 1
		for i := range st.StepDef.Step.Blocks {
			if p := st.StepDef.Step.Blocks[i].Prose; p != "" {
				c.a.say("%s\n", indented("  ", "  ", clean(p)))
			}
		}
	}
	if i := st.Next(); i >= 0 {
		switch b := &st.StepDef.Step.Blocks[st.Units[i].Block]; {
		case b.Command != nil:
			c.a.say("%s\n", indented("  $ ", "    ", term.Literal(b.Command.Script)))
		case b.Action != nil:
			c.a.say("  %s\n", actionText(b.Action))
		case b.Item != nil:
			c.a.say("  [ ] %s\n", b.Item.Text)
		}
	}
	if _, t, failed := s.Failed(); failed && t != nil && t.Result != nil {
		c.a.say("  failed: %s\n", t.Result.Error)
	}
}

// indented sets a text of several lines apart from what lifeboat itself says.
func indented(first, rest, text string) whole {
	return whole(first + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n"+rest))
}

// do asks the run, and the operator again when the run wants to know more.
func (c *conversation) do(ctx context.Context, cmd drill.Command) error {
	err := c.run.Do(ctx, cmd)
	var no *drill.Refusal
	if !errors.As(err, &no) {
		return err
	}
	c.a.say("  %s\n", no.Reason)
	switch no.Kind {
	case drill.RefuseAnswer:
		for _, name := range no.Missing {
			v, err := c.a.ask(ctx, name)
			if err != nil {
				return err
			}
			if err := c.run.Do(ctx, drill.Answer{Name: name, Value: v}); err != nil {
				return err
			}
		}
		return c.do(ctx, cmd)
	case drill.RefuseConfirm:
		return c.confirm(ctx)
	case drill.RefuseNow, drill.RefusePoint, drill.RefuseGuard:
		if no.Hint != "" {
			c.a.say("  → %s\n", no.Hint)
		}
	}
	return nil
}

// confirm takes the workload's name for a destructive command or a plan.
func (c *conversation) confirm(ctx context.Context) error {
	s := c.run.State()
	var allow func(typed string) drill.Command = func(t string) drill.Command { return drill.Allow{Typed: t} }
	if planWaits(&s) {
		allow = func(t string) drill.Command { return drill.ConfirmPlan{Typed: t} }
		if s.Plan != nil {
			if err := cleanly(c.a.talk(), s.Plan.WriteText); err != nil {
				return err
			}
		}
	}
	typed, err := c.a.ask(ctx, fmt.Sprintf("type %s to go on, or enter to leave it", s.Info.Workload))
	if err != nil || typed == "" {
		return err
	}
	err = c.run.Do(ctx, allow(typed))
	var no *drill.Refusal
	if errors.As(err, &no) {
		c.a.say("  %s\n", no.Reason)
		return nil
	}
	return err
}
