package drivertest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

var locateClauses = []Clause{
	{"info-complete", "Info names the driver, its kinds and its grades, cheap to dear", true, infoComplete},
	{"locate-empty", "a repository without points is an empty list and no error", false, locateEmpty},
	{"locate-newest-first", "points are listed newest first", true, locateNewestFirst},
	{"locate-ids", "ids are unique, safe to type and the same at each call", true, locateIDs},
	{"locate-time-source", "each point says where its time comes from", true, locateTimeSource},
	{"locate-pure", "locating changes nothing", true, locatePure},
}

func infoComplete(_ context.Context, b *bench) error {
	in := b.Driver.Info()
	if in.Name == "" || in.Title == "" || len(in.Kinds) == 0 || len(in.Grades) == 0 {
		return fmt.Errorf("name, title, kinds or grades are missing: %+v", in)
	}
	for i, g := range in.Grades {
		if g != drivers.Grades[i] {
			return fmt.Errorf("grades %v leave out %s", in.Grades, drivers.Grades[i])
		}
	}
	for _, t := range in.Tools {
		if t.Name == "" || t.Install == "" {
			return fmt.Errorf("tool %+v does not say how it is installed", t)
		}
	}
	return nil
}

func locateEmpty(ctx context.Context, b *bench) error {
	ps, err := b.Driver.Locate(ctx)
	if err != nil {
		return err
	}
	if len(ps) != 0 {
		return fmt.Errorf("%d points in an empty repository", len(ps))
	}
	return nil
}

func locateNewestFirst(ctx context.Context, b *bench) error {
	ps, err := b.seeded(ctx, 3)
	if err != nil {
		return err
	}
	if !slices.IsSortedFunc(ps, func(x, y drivers.RecoveryPoint) int { return y.Time.Compare(x.Time) }) {
		return errors.New("points are not in the order of their times")
	}
	return nil
}

func locateIDs(ctx context.Context, b *bench) error {
	ps, err := b.seeded(ctx, 3)
	if err != nil {
		return err
	}
	again, err := b.Driver.Locate(ctx)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for i, p := range ps {
		if p.ID == "" || strings.ContainsFunc(p.ID, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == '/' }) {
			return fmt.Errorf("id %q is not safe to type", p.ID)
		}
		if seen[p.ID] {
			return fmt.Errorf("two points have the id %s", p.ID)
		}
		seen[p.ID] = true
		if i >= len(again) || again[i].ID != p.ID {
			return fmt.Errorf("the id %s is another at the next call", p.ID)
		}
	}
	return nil
}

func locateTimeSource(ctx context.Context, b *bench) error {
	ps, err := b.seeded(ctx, 2)
	if err != nil {
		return err
	}
	known := []drivers.TimeSource{drivers.TimeManifest, drivers.TimeTool, drivers.TimeName, drivers.TimeFile}
	for _, p := range ps {
		if !slices.Contains(known, p.TimeSource) || p.Time.IsZero() {
			return fmt.Errorf("point %s: time %s, source %q", p.ID, p.Time, p.TimeSource)
		}
	}
	return nil
}

func locatePure(ctx context.Context, b *bench) error {
	if _, err := b.seeded(ctx, 2); err != nil {
		return err
	}
	return b.unchanged("Locate", func() error {
		_, err := b.Driver.Locate(ctx)
		return err
	})
}
