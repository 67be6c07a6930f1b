package drill

import (
	"reflect"
	"sync"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// maskBody gives a body whose texts have gone through mask, however deep they
// lie; b itself is left as it is, and shared where nothing had to change. It
// keeps what the engine goes by and nobody's text is in: words of the program
// (kinds, modes, verdicts), what things are found by (see found), times, and
// scratch targets, which have to be found again to be removed.
func maskBody(b Body, mask func(string) string) Body {
	v, changed := masker(mask).value(reflect.ValueOf(b))
	if !changed {
		return b
	}
	return v.Interface().(Body) // value keeps the type
}

// found are the fields by which things are found. An inventory and a runbook
// tell them openly. Places are among them: a restore that went to a place with
// a masked name would go elsewhere.
var found = map[string]bool{
	"Files": true, "Manifest": true, "Requires": true, "Path": true, "Dir": true, "Runbook": true, "Select": true,
	"ID": true, "Run": true, "Task": true, "Workload": true, "Kind": true, "Tier": true, "Copy": true, "Driver": true,
	"SHA256": true, "Language": true, "Shell": true, "Basis": true,
}

var (
	textType    = reflect.TypeFor[string]()
	timeType    = reflect.TypeFor[time.Time]()
	scratchType = reflect.TypeFor[drivers.ScratchRecord]()
	targetType  = reflect.TypeFor[drivers.Target]()
)

// masker masks values. Each of its methods gives the value itself, or a
// changed copy.
type masker func(string) string

func (m masker) value(v reflect.Value) (reflect.Value, bool) {
	switch v.Kind() {
	case reflect.String:
		return m.text(v)
	case reflect.Struct:
		return m.fields(v)
	case reflect.Pointer, reflect.Interface:
		return m.pointed(v)
	case reflect.Slice:
		return m.items(v)
	case reflect.Map:
		return m.entries(v)
	default:
		return v, false
	}
}

// text masks a string, unless its type says that it is a word of the program.
func (m masker) text(v reflect.Value) (reflect.Value, bool) {
	if v.Type() != textType {
		return v, false
	}
	s := v.String()
	if out := m(s); out != s {
		return reflect.ValueOf(out), true
	}
	return v, false
}

func (m masker) fields(v reflect.Value) (reflect.Value, bool) {
	t := v.Type()
	if t == timeType || t == scratchType {
		return v, false
	}
	if t == targetType && v.Interface().(drivers.Target).Kind == drivers.TargetScratch {
		return v, false
	}
	var out reflect.Value
	for _, i := range texts(t) {
		x, changed := m.value(v.Field(i))
		if !changed {
			continue
		}
		if !out.IsValid() {
			out = reflect.New(t).Elem()
			out.Set(v)
		}
		out.Field(i).Set(x)
	}
	if !out.IsValid() {
		return v, false
	}
	return out, true
}

// known are the fields of each type that has been seen: see texts.
var known sync.Map

// texts are the indexes of a struct's fields that may hold text of somebody.
func texts(t reflect.Type) []int {
	if got, ok := known.Load(t); ok {
		return got.([]int)
	}
	var out []int
	for i := range t.NumField() {
		f := t.Field(i)
		switch f.Type.Kind() {
		case reflect.String, reflect.Struct, reflect.Pointer, reflect.Interface, reflect.Slice, reflect.Map:
			names := f.Type.Kind() == reflect.String || f.Type.Kind() == reflect.Slice && f.Type.Elem() == textType
			word := names && found[f.Name] || f.Type.Kind() == reflect.String && f.Type != textType
			if f.IsExported() && !word && f.Type != timeType && f.Type != scratchType {
				out = append(out, i)
			}
		default: // numbers
		}
	}
	known.Store(t, out)
	return out
}

func (m masker) pointed(v reflect.Value) (reflect.Value, bool) {
	if v.IsNil() {
		return v, false
	}
	x, changed := m.value(v.Elem())
	if !changed || v.Kind() == reflect.Interface {
		return x, changed
	}
	out := reflect.New(v.Type().Elem())
	out.Elem().Set(x)
	return out, true
}

func (m masker) items(v reflect.Value) (reflect.Value, bool) {
	if v.Type().Elem().Kind() == reflect.Uint8 {
		return m.bytes(v)
	}
	var out reflect.Value
	for i := range v.Len() {
		x, changed := m.value(v.Index(i))
		if !changed {
			continue
		}
		if !out.IsValid() {
			out = reflect.MakeSlice(v.Type(), v.Len(), v.Len())
			reflect.Copy(out, v)
		}
		out.Index(i).Set(x)
	}
	if !out.IsValid() {
		return v, false
	}
	return out, true
}

func (m masker) bytes(v reflect.Value) (reflect.Value, bool) {
	s := string(v.Bytes())
	out := m(s)
	if out == s {
		return v, false
	}
	return reflect.ValueOf([]byte(out)).Convert(v.Type()), true
}

// entries masks keys too. Two keys that become one keep one value.
func (m masker) entries(v reflect.Value) (reflect.Value, bool) {
	if v.Len() == 0 {
		return v, false
	}
	any := false
	out := reflect.MakeMapWithSize(v.Type(), v.Len())
	for it := v.MapRange(); it.Next(); {
		k, changedKey := m.value(it.Key())
		x, changed := m.value(it.Value())
		any = any || changedKey || changed
		out.SetMapIndex(k, x)
	}
	if !any {
		return v, false
	}
	return out, true
}
