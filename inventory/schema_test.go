package inventory

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

var update = flag.Bool("update", false, "write docs/lifeboat.schema.json anew")

const (
	schemaFile = "../docs/lifeboat.schema.json"
	docFile    = "../docs/lifeboat-yaml.md"
)

func TestSchemaIsCurrent(t *testing.T) {
	want, err := makeSchema()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(schemaFile, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the types say: run go generate ./inventory", schemaFile)
	}
}

func compiledSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := makeSchema()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(SchemaID, doc); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile(SchemaID)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// instance turns YAML into what the validator takes.
func instance(t *testing.T, src string) any {
	t.Helper()
	text, err := yaml.YAMLToJSON([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// Whatever Parse accepts, the schema accepts.
func TestSchemaAcceptsGoodFiles(t *testing.T) {
	schema := compiledSchema(t)
	for name, src := range goodFiles(t) {
		if _, err := Parse("lifeboat.yaml", []byte(src)); err != nil {
			t.Errorf("%s: Parse: %v", name, err)
		}
		if err := schema.Validate(instance(t, src)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What the schema refuses, Parse refuses too.
func TestSchemaRefusesBadFiles(t *testing.T) {
	schema := compiledSchema(t)
	for name, edit := range map[string][2]string{
		"version":              {"version: 1", "version: 2"},
		"no version":           {"version: 1", ""},
		"table":                {"tiers: three", "tiers: five"},
		"tier key":             {"tiers: three", "tiers: {1: {rpo: 5m, rpi: 1h}}"},
		"top key":              {"tiers: three", "teirs: three"},
		"kind":                 {"kind: postgresql", "kind: postgres"},
		"no tier":              {"tier: 1 ", "rto: 1h "},
		"duration":             {"tier: 1 ", "rpo: 5 min\n    tier: 1 "},
		"driver":               {"driver: pgdump", "driver: pg_dump"},
		"driver's key":         {"stanza: orders", "pattern: '*.dump'"},
		"copy key":             {"schedule:", "sheduel:"},
		"no name":              {"- name: nightly\n        driver", "- driver"},
		"flag":                 {"offsite: true", "offsite: yes"},
		"source key":           {"dsn:", "bucket:"},
		"empty source":         {"dsn: postgres://app@db1:5432/orders", "path: x"},
		"check ways":           {"- rows: orders", "- rows: orders\n        query: select 1"},
		"canary needs expect":  {"\n        expect: ${CANARY}", ""},
		"newest needs a query": {"expect: \">= 1000\"", "newest: true"},
		"list":                 {"owner: payments@example.com", "owner: [a, b]"},
		"name":                 {"  orders-db:", "  orders db:"},
	} {
		src := strings.Replace(design(t), edit[0], edit[1], 1)
		if src == design(t) {
			t.Errorf("%s: nothing changed", name)
		}
		if err := schema.Validate(instance(t, src)); err == nil {
			t.Errorf("%s: the schema accepts it", name)
		}
		if _, err := Parse("lifeboat.yaml", []byte(src)); err == nil {
			t.Errorf("%s: Parse accepts it", name)
		}
	}
}

// properties collects the name of every key that the schema knows.
func properties(v any, into map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		if keys, ok := v["properties"].(map[string]any); ok {
			for key := range keys {
				into[key] = true
			}
		}
		for _, sub := range v {
			properties(sub, into)
		}
	case []any:
		for _, sub := range v {
			properties(sub, into)
		}
	}
}

func TestEveryKeyIsDocumented(t *testing.T) {
	text, err := makeSchema()
	if err != nil {
		t.Fatal(err)
	}
	var schema any
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	keys := map[string]bool{}
	properties(schema, keys)
	if len(keys) < 60 {
		t.Fatalf("only %d keys found", len(keys))
	}
	doc := read(t, docFile)
	for _, names := range [][]string{sorted(keys), Kinds(), sorted(copyOptions), checkWays} {
		for _, name := range names {
			if !strings.Contains(doc, "`"+name+"`") {
				t.Errorf("%s: `%s` is not in it", docFile, name)
			}
		}
	}
}

// Each driver's section of the document lists all of its keys, and each kind's.
func TestOptionsAreDocumentedWithTheirOwner(t *testing.T) {
	rows := map[string]string{}
	for line := range strings.Lines(read(t, docFile)) {
		if cells := strings.Split(line, "|"); len(cells) > 3 {
			rows[strings.Trim(cells[1], " `")] += strings.Join(cells[2:], "|")
		}
	}
	owners := map[string][]option{}
	for driver, options := range copyOptions {
		owners[driver] = options
	}
	for kind, rule := range sourceRules {
		owners["source of "+kind] = rule.options
	}
	for owner, options := range owners {
		for _, o := range options {
			if !strings.Contains(rows[owner], "`"+o.name+"`") {
				t.Errorf("%s: the row of %s lacks `%s`", docFile, owner, o.name)
			}
		}
	}
}

func TestDocumentNamesTheSchema(t *testing.T) {
	if !strings.Contains(read(t, docFile), "# yaml-language-server: $schema="+SchemaID) {
		t.Errorf("%s does not say how an editor finds the schema", docFile)
	}
}

func design(t *testing.T) string { return read(t, filepath.Join("testdata", "design.yaml")) }

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// goodFiles are the files of testdata and each complete example of the document.
func goodFiles(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	paths, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(paths) == 0 {
		t.Fatal("no testdata", err)
	}
	for _, path := range paths {
		files[path] = read(t, path)
	}
	for i, block := range strings.Split(read(t, docFile), "```yaml\n") {
		text, _, _ := strings.Cut(block, "```")
		if i > 0 && strings.Contains(text, "version: 1") {
			files[docFile+" block "+string(rune('0'+i))] = text
		}
	}
	return files
}
