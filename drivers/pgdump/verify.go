package pgdump

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/drivers/pgdump/archive"
)

// What an operator does about a bad point.
const (
	hintPrevious = "choose the previous recovery point"
	hintFinish   = "wait until the backup has finished, or choose the previous recovery point"
	hintPattern  = "choose another recovery point, or narrow the copy's pattern"
)

// finding is how one grade ended.
type finding struct {
	outcome drivers.Outcome
	detail  string
	hint    string
}

func passed(format string, args ...any) finding {
	return finding{drivers.Passed, fmt.Sprintf(format, args...), ""}
}

func failed(hint, format string, args ...any) finding {
	return finding{drivers.Failed, fmt.Sprintf(format, args...), hint}
}

func unknown(hint, format string, args ...any) finding {
	return finding{drivers.Unknown, fmt.Sprintf(format, args...), hint}
}

// verification is one walk up the grades.
type verification struct {
	d    *Driver
	req  drivers.VerifyRequest
	rep  *drivers.Reporter
	dump *dump
	toc  *archive.TOC
	sure bool // every byte was compared with a manifest
}

// Verify proves as much of a dump as the request asks.
func (d *Driver) Verify(ctx context.Context, req drivers.VerifyRequest, rep *drivers.Reporter) (drivers.Verification, error) {
	v := &verification{d: d, req: req, rep: serial(rep)}
	p := drivers.NewProver(req, d.env.Now)
	rungs := []struct {
		grade drivers.Grade
		prove func(context.Context) (finding, error)
	}{
		{drivers.GradeExists, v.exists},
		{drivers.GradeSize, v.size},
		{drivers.GradeAge, v.age},
		{drivers.GradeChecksum, v.checksum},
		{drivers.GradeStructure, v.structure},
		{drivers.GradeReadable, v.readable},
	}
	for _, r := range rungs {
		if !p.Wants(r.grade) {
			continue
		}
		f, err := r.prove(ctx)
		if ctx.Err() != nil {
			return p.Done(), context.Cause(ctx)
		}
		if err != nil {
			return p.Done(), fail("verify", req.Point.ID, denied(err), drivers.Hint(err))
		}
		p.Record(r.grade, f.outcome, f.detail, f.hint)
	}
	return p.Done(), nil
}

func (v *verification) exists(context.Context) (finding, error) {
	p, err := dumpOf(v.req.Point)
	if errors.Is(err, drivers.ErrNotFound) {
		return failed(hintPrevious, "%v", err), nil
	}
	if err != nil {
		return finding{}, err
	}
	v.dump = p
	if p.format == archive.Directory {
		return passed("%s is there: a directory of %d files", p.path, p.files), nil
	}
	return passed("%s is there", p.path), nil
}

// age judges the time of the data, not of the file, where it is known.
func (v *verification) age(context.Context) (finding, error) {
	pt := v.req.Point
	age := v.d.env.Now().Sub(pt.Time).Round(time.Second)
	from := map[drivers.TimeSource]string{
		drivers.TimeManifest: "by its manifest", drivers.TimeTool: "by the date in the dump",
		drivers.TimeName: "by its name", drivers.TimeFile: "by the file's modification time, which a copy may have renewed",
	}[pt.TimeSource]
	switch limit := v.req.MaxAge; {
	case age < -skew:
		return unknown("check the clocks of this host and of the one that made the dump",
			"it is dated %s in the future (%s)", short(-age), from), nil
	case limit > 0 && age > limit:
		return failed("look why no newer backup was made; this one is all there is, or choose a newer one",
			"stale: its data is %s old, %s is allowed (%s)", short(age), short(limit), from), nil
	case limit == 0:
		return finding{drivers.Skipped, fmt.Sprintf("its data is %s old (%s); no age is asked for", short(age), from), ""}, nil
	case pt.TimeSource == drivers.TimeFile:
		return finding{drivers.Warned, fmt.Sprintf("%s old (%s)", short(age), from), "keep the date in the dump's name, or let lifeboat make the backup"}, nil
	default:
		return passed("its data is %s old, %s is allowed (%s)", short(age), short(limit), from), nil
	}
}

// short prints a duration as a person would say it.
func short(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%dd%dh", d/(24*time.Hour), d%(24*time.Hour)/time.Hour)
	case d >= time.Hour:
		return fmt.Sprintf("%dh%02dm", d/time.Hour, d%time.Hour/time.Minute)
	case d >= time.Minute:
		return fmt.Sprintf("%dm%02ds", d/time.Minute, d%time.Minute/time.Second)
	default:
		return d.Round(time.Second).String()
	}
}
