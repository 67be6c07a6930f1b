package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/lifeboat-dr/lifeboat/drill"
)

// errNoInput says that the operator's input has ended.
var errNoInput = errors.New("the input ended")

// conversation walks a run line by line, for screen readers and terminals
// that can't draw.
type conversation struct {
	a   *app
	in  *bufio.Scanner
	run *drill.Run
}

// converse asks for each step on the input. When the input ends, the run is
// aborted and cleaned up.
func (a *app) converse(ctx context.Context, r *drill.Run, flush func()) error {
	c := conversation{a: a, in: bufio.NewScanner(a.in), run: r}
	for {
		if err := r.Settle(ctx); err != nil {
			return errors.Join(r.Close("interrupted"), ignoreEnd(ctx, err))
		}
		flush()
		s := r.State()
		if s.Ended() {
			return nil
		}
		err := c.turn(ctx, &s)
		if errors.Is(err, errNoInput) {
			return r.Close("the operator's input ended")
		}
		if err != nil {
			return err
		}
	}
}

func ignoreEnd(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// turn asks once and does what was answered.
func (c conversation) turn(ctx context.Context, s *drill.State) error {
	what := "enter start · a abort"
	if st := s.Step(); st != nil {
		c.show(st)
		what = "enter go on · m by hand · s skip · n note · a abort"
		if _, t, failed := s.Failed(); failed {
			what = "r retry · m by hand · s skip · c choose another point · b rollback · x end here · a abort"
			if t != nil && t.Result != nil {
				c.a.printf("  failed: %s\n", t.Result.Error)
			}
		}
	}
	key, err := c.ask(what)
	if err != nil {
		return err
	}
	cmd, err := c.command(key)
	if err != nil || cmd == nil {
		return err
	}
	return c.do(ctx, cmd)
}

// show prints what stands before the operator: the step's words when it
// begins, then the command, action or item that enter would do.
func (c conversation) show(st *drill.Step) {
	next := st.Next()
	if next <= 0 {
		for i := range st.StepDef.Step.Blocks {
			if p := st.StepDef.Step.Blocks[i].Prose; p != "" && (next == 0 || len(st.Units) == 0) {
				c.a.printf("%s\n", strings.TrimSpace(p))
			}
		}
	}
	if next < 0 {
		return
	}
	switch b := &st.StepDef.Step.Blocks[st.Units[next].Block]; {
	case b.Command != nil:
		c.a.printf("  $ %s\n", strings.ReplaceAll(strings.TrimSpace(b.Command.Script), "\n", "\n    "))
	case b.Action != nil:
		c.a.printf("  %s %s\n", b.Action.Name, b.Action.Args["to"]+b.Action.Args["grade"])
	case b.Item != nil:
		c.a.printf("  [ ] %s\n", b.Item.Text)
	}
}

// command reads an answer.
func (c conversation) command(key string) (drill.Command, error) {
	withText := func(prompt string, make func(string) drill.Command) (drill.Command, error) {
		text, err := c.ask(prompt)
		return make(text), err
	}
	switch key {
	case "":
		return drill.Next{}, nil
	case "r":
		return drill.Retry{}, nil
	case "m":
		return withText("what was done by hand", func(t string) drill.Command { return drill.ByHand{Note: t} })
	case "s":
		return withText("reason", func(t string) drill.Command { return drill.SkipUnit{Reason: t} })
	case "n":
		return withText("note", func(t string) drill.Command { return drill.AddNote{Text: t} })
	case "c":
		return withText("recovery point", func(t string) drill.Command { return drill.Choose{Point: t} })
	case "b":
		return drill.Rollback{}, nil
	case "x":
		return drill.Conclude{}, nil
	case "a":
		return drill.Abort{}, nil
	}
	c.a.printf("  %q is none of these\n", key)
	return nil, nil
}

// do asks the run, and the operator again when the run wants to know more.
func (c conversation) do(ctx context.Context, cmd drill.Command) error {
	err := c.run.Do(ctx, cmd)
	var no *drill.Refusal
	if !errors.As(err, &no) {
		return err
	}
	c.a.printf("  %s\n", no.Reason)
	switch no.Kind {
	case drill.RefuseAnswer:
		for _, name := range no.Missing {
			v, err := c.ask(name)
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
			c.a.printf("  → %s\n", no.Hint)
		}
	}
	return nil
}

// confirm takes the workload's name for a destructive command or a plan.
func (c conversation) confirm(ctx context.Context) error {
	s := c.run.State()
	typed, err := c.ask(fmt.Sprintf("type %s to go on, or enter to leave it", s.Info.Workload))
	if err != nil || typed == "" {
		return err
	}
	var cmd drill.Command = drill.Allow{Typed: typed}
	if st := s.Step(); st != nil && st.Next() >= 0 && st.Units[st.Next()].Status == drill.UnitConfirm {
		cmd = drill.ConfirmPlan{Typed: typed}
	}
	var no *drill.Refusal
	if err := c.run.Do(ctx, cmd); errors.As(err, &no) {
		c.a.printf("  %s\n", no.Reason)
		return nil
	} else if err != nil {
		return err
	}
	return nil
}

func (c conversation) ask(prompt string) (string, error) {
	c.a.printf("[%s] ", prompt)
	if !c.in.Scan() {
		c.a.printf("\n")
		return "", errNoInput
	}
	return strings.TrimSpace(c.in.Text()), nil
}

func scanner(r io.Reader) *bufio.Scanner { return bufio.NewScanner(r) }
