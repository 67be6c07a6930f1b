package inventory

import (
	"encoding/json"
	"reflect"
	"strings"

	"github.com/invopop/jsonschema"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// SchemaID is where the schema of lifeboat.yaml is published.
const SchemaID = "https://raw.githubusercontent.com/lifeboat-dr/lifeboat/main/docs/lifeboat.schema.json"

// makeSchema gives the JSON Schema of lifeboat.yaml, made from the types it is read
// by, with the built-in drivers. Editors complete and check the file with it;
// what needs more than one place to decide (known tiers, names that are there
// twice, cron and expectations) only Parse finds.
func makeSchema() ([]byte, error) {
	reflector := &jsonschema.Reflector{
		FieldNameTag:               "yaml",
		RequiredFromJSONSchemaTags: true,
		ExpandedStruct:             true,
		Anonymous:                  true,
		Mapper:                     valueSchema,
		Namer:                      func(t reflect.Type) string { return strings.TrimSuffix(t.Name(), "Shape") },
	}
	root := reflector.Reflect(&fileShape{})
	tier := reflector.Reflect(&tierShape{})
	tier.Version = ""
	root.Definitions["tier"] = tier
	delete(root.Definitions, "file")
	root.ID, root.Title = SchemaID, "lifeboat.yaml"
	root.Description = "The workloads of one workspace: what they are, what is promised for them, where their backups are, and what proves a restore."
	addExamples[fileShape](root)
	addExamples[workloadShape](root.Definitions["workload"])
	addExamples[sourceShape](root.Definitions["source"])
	addExamples[copyShape](root.Definitions["copy"])
	addExamples[checkShape](root.Definitions["check"])
	addOptions(root.Definitions)
	addValues(root.Definitions)
	oneWay(root.Definitions["check"])
	root.Properties.Value("workloads").PropertyNames = &jsonschema.Schema{Pattern: nameShape.String()}
	out, err := json.MarshalIndent(root, "", "  ")
	return append(readable.ReplaceAllFunc(out, unescape), '\n'), err
}

// readable matches what encoding/json escapes for HTML's sake.
var readable = lazyregexp.New(`\\u00(3c|3e|26)`)

func unescape(b []byte) []byte {
	return map[string][]byte{"3c": []byte("<"), "3e": []byte(">"), "26": []byte("&")}[string(b[4:])]
}

// valueSchema gives the schema of the values that are no Go types of their own.
func valueSchema(t reflect.Type) *jsonschema.Schema {
	switch t {
	case reflect.TypeFor[textShape]():
		return &jsonschema.Schema{Ref: "#/$defs/text"}
	case reflect.TypeFor[durationShape]():
		return &jsonschema.Schema{Ref: "#/$defs/duration"}
	case reflect.TypeFor[tierNameShape]():
		return &jsonschema.Schema{
			AnyOf:    []*jsonschema.Schema{{Type: "string"}, {Type: "integer"}},
			Examples: []any{1, 2, 3, "gold"},
		}
	case reflect.TypeFor[kindShape]():
		return &jsonschema.Schema{Type: "string", Enum: enum(Kinds())}
	case reflect.TypeFor[driverShape]():
		return &jsonschema.Schema{Type: "string", Enum: enum(sorted(copyOptions))}
	case reflect.TypeFor[tiersShape]():
		return tiersSchema()
	}
	return nil
}

// addValues defines what valueSchema refers to.
func addValues(defs jsonschema.Definitions) {
	defs["text"] = &jsonschema.Schema{
		AnyOf: []*jsonschema.Schema{{Type: "string"}, {Type: "number"}, {Type: "boolean"}, {Type: "null"}},
	}
	defs["duration"] = &jsonschema.Schema{
		AnyOf: []*jsonschema.Schema{{Type: "null"}, {Const: 0}, {
			Type:    "string",
			Pattern: `^ *(0|(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|ms|s|m|h|d|w|y) *)+)$`,
		}},
		Examples: []any{"5m", "1h30m", "24h", "7d", "1w", "1y"},
	}
}

func tiersSchema() *jsonschema.Schema {
	own := &jsonschema.Schema{
		Type:                 "object",
		Properties:           jsonschema.NewProperties(),
		AdditionalProperties: &jsonschema.Schema{Ref: "#/$defs/tier"},
	}
	own.Properties.Set("extends", &jsonschema.Schema{
		Type: "string", Enum: enum(tierTables), Description: "Built-in table that the tiers given here override or join.",
	})
	return &jsonschema.Schema{
		AnyOf:   []*jsonschema.Schema{{Type: "string", Enum: enum(tierTables)}, own},
		Default: "three",
	}
}

func enum(values []string) []any {
	var all []any
	for _, v := range values {
		all = append(all, v)
	}
	return all
}

// addExamples takes the examples from the tags of a shape.
func addExamples[T any](s *jsonschema.Schema) {
	for f := range reflect.TypeFor[T]().Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if examples := f.Tag.Get("example"); examples != "" {
			s.Properties.Value(name).Examples = enum(strings.Split(examples, "|"))
		}
	}
}

// addOptions joins the keys of single drivers to the copy and of single kinds
// to the source, and says which go with which.
func addOptions(defs jsonschema.Definitions) {
	c := defs["copy"]
	for _, driver := range sorted(copyOptions) {
		addProperties(c, driver, copyOptions[driver])
		allowed := append(keysOf[copyShape](), names(copyOptions[driver])...)
		c.AllOf = append(c.AllOf, when("driver", driver, &jsonschema.Schema{PropertyNames: &jsonschema.Schema{Enum: enum(allowed)}}))
	}
	w, s := defs["workload"], defs["source"]
	for _, kind := range Kinds() {
		rule := sourceRules[kind]
		addProperties(s, kind, rule.options)
		holds := &jsonschema.Schema{PropertyNames: &jsonschema.Schema{Enum: enum(append(keysOf[sourceShape](), names(rule.options)...))}}
		for _, key := range rule.anyOf {
			holds.AnyOf = append(holds.AnyOf, &jsonschema.Schema{Required: []string{key}})
		}
		then := &jsonschema.Schema{Properties: jsonschema.NewProperties()}
		then.Properties.Set("source", holds)
		w.AllOf = append(w.AllOf, when("kind", kind, then))
	}
}

// addProperties adds options that owner understands. The description of one
// that several understand names them all.
func addProperties(s *jsonschema.Schema, owner string, options []option) {
	for _, o := range options {
		line := owner + ": " + o.doc + "."
		if known, ok := s.Properties.Get(o.name); ok {
			known.Description += "\n" + line
			continue
		}
		text := &jsonschema.Schema{Ref: "#/$defs/text"}
		value := &jsonschema.Schema{Ref: text.Ref, Description: line}
		if o.form == formList {
			value = &jsonschema.Schema{
				AnyOf:       []*jsonschema.Schema{text, {Type: "array", Items: text}},
				Description: line,
			}
		}
		s.Properties.Set(o.name, value)
	}
}

// when is "if key is value, then".
func when(key, value string, then *jsonschema.Schema) *jsonschema.Schema {
	condition := &jsonschema.Schema{Properties: jsonschema.NewProperties(), Required: []string{key}}
	condition.Properties.Set(key, &jsonschema.Schema{Const: value})
	return &jsonschema.Schema{If: condition, Then: then}
}

// oneWay says that a check has exactly one of its ways.
func oneWay(check *jsonschema.Schema) {
	for _, way := range checkWays {
		check.OneOf = append(check.OneOf, &jsonschema.Schema{Required: []string{way}})
	}
	check.Properties.Value("sha256").Pattern = hexDigest.String()
	check.DependentRequired = map[string][]string{"canary": {"expect"}, "newest": {"query"}, "sha256": {"file"}}
}
