package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// imports is which room knows which. A new edge is a decision: change the table on purpose, and
// docs/architecture.md with it.
var imports = map[string]string{
	"cmd/bench":                      "internal/account internal/audience internal/bot internal/bot/smsnoise internal/dispatch internal/knowledge internal/outreach internal/phonenet internal/postgres internal/postgres/private internal/server internal/sms internal/twilio migrations",
	"cmd/dev":                        "",
	"cmd/parley":                     "internal/account internal/audience internal/demo internal/dispatch internal/knowledge internal/outreach internal/phonenet internal/postgres internal/postgres/private internal/server internal/sms internal/twilio migrations",
	"internal/account":               "internal/postgres",
	"internal/account/accounttest":   "internal/account internal/postgres",
	"internal/audience":              "internal/account internal/audience/sheet internal/postgres internal/sms",
	"internal/audience/sheet":        "",
	"internal/bot":                   "",
	"internal/bot/smsnoise":          "",
	"internal/demo":                  "internal/account internal/audience internal/knowledge internal/outreach internal/phonenet internal/postgres internal/sms",
	"internal/dispatch":              "internal/postgres internal/sms",
	"internal/dispatch/dispatchtest": "internal/dispatch internal/outreach internal/phonenet internal/postgres internal/postgres/pgtest internal/sms internal/twilio",
	"internal/insight":               "internal/account internal/audience internal/audience/sheet internal/dispatch internal/outreach internal/postgres internal/sms",
	"internal/knowledge":             "internal/account internal/audience/sheet internal/bot internal/knowledge/starter internal/postgres internal/sms",
	"internal/knowledge/starter":     "internal/bot",
	"internal/outreach":              "internal/account internal/audience internal/knowledge internal/outreach/library internal/postgres internal/sms",
	"internal/outreach/library":      "",
	"internal/phonenet":              "",
	"internal/postgres":              "",
	"internal/postgres/pgtest":       "internal/postgres internal/postgres/private migrations",
	"internal/postgres/private":      "",
	"internal/server":                "internal/account internal/audience internal/dispatch internal/insight internal/knowledge internal/outreach internal/postgres web/page web/static web/ui",
	"internal/sms":                   "",
	"internal/twilio":                "internal/dispatch internal/outreach internal/postgres internal/sms",
	"migrations":                     "internal/postgres",
	"web/page":                       "web/ui",
	"web/static":                     "",
	"web/ui":                         "web/static",
}

// only is which libraries are known to which rooms alone.
var only = map[string]string{
	"github.com/go-chi/":         "internal/server",
	"github.com/twilio/":         "internal/twilio",
	"github.com/pressly/goose/":  "migrations",
	"github.com/alexedwards/scs": "internal/server",
	"github.com/a-h/templ":       "internal/server web/page web/ui",
}

func TestImportGraph(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}}:{{join .Imports " "}}`, "parley/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		path, list, _ := strings.Cut(strings.TrimSpace(line), ":")
		room := strings.TrimPrefix(path, "parley/")
		seen[room] = true
		allowed, known := imports[room]
		if !known {
			t.Errorf("%s is a new room: give it its line", room)
		}
		for _, imported := range strings.Fields(list) {
			if ours, ok := strings.CutPrefix(imported, "parley/"); ok && !slices.Contains(strings.Fields(allowed), ours) {
				t.Errorf("%s imports %s, which the table does not have", room, ours)
			}
			for library, rooms := range only {
				if strings.HasPrefix(imported, library) && !slices.Contains(strings.Fields(rooms), room) {
					t.Errorf("%s imports %s, which only %s may", room, imported, rooms)
				}
			}
		}
	}
	for room := range imports {
		if !seen[room] {
			t.Errorf("there is no room %s: take its line away", room)
		}
	}
}

// everyone are the callers of the door that sees every organization, by file.
var everyone = map[string]int{
	"internal/account/organization.go":        1, // founding
	"internal/account/user.go":                1, // sign-in: e-mail to organization
	"internal/audience/job.go":                1, // imports whose process died
	"internal/dispatch/check.go":              1, // parley check
	"internal/dispatch/discover.go":           1, // who has something to send
	"internal/dispatch/dispatchtest/org.go":   1, // founding, in tests
	"internal/dispatch/dispatchtest/world.go": 1, // what senders have left, in tests
	"internal/dispatch/epoch.go":              2, // a sender is of no organization
	"internal/dispatch/finish.go":             1, // campaigns whose last text is out
	"internal/dispatch/reconcile.go":          1, // texts whose outcome is unknown
	"internal/dispatch/silent.go":             1, // texts without news
	"internal/dispatch/takeover.go":           1, // what dead senders have left
	"internal/outreach/check.go":              1, // parley check
	"internal/twilio/backfill.go":             2, // whose inbound texts may have been missed
	"internal/twilio/retry.go":                1, // texts that could not be processed
	"internal/twilio/vault.go":                1, // carrier account to organizations
	"internal/twilio/webhook.go":              1, // number to organization
}

func TestCallersOfTheDoorForEveryone(t *testing.T) {
	got := map[string]int{}
	eachFile(t, func(path string, file *ast.File) {
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if sel, ok := call.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "Everyone" {
					got[path]++
				}
			}
			return true
		})
	})
	for path, n := range got {
		if everyone[path] != n && !strings.HasPrefix(path, "internal/postgres/") {
			t.Errorf("%s passes %d times through the door for everyone, the table says %d: could it be Org?", path, n, everyone[path])
		}
	}
	for path := range everyone {
		if got[path] == 0 {
			t.Errorf("%s does not pass through the door for everyone any more: take its line away", path)
		}
	}
}

var (
	statement = regexp.MustCompile(`(?i)^\s*(select|insert|update|delete|with)\b`)
	tables    = regexp.MustCompile(`(?i)\b(?:from|join|update|into)\s+([a-z_]+)\b`)
)

// TestStatementsNameTheOrganization reads the SQL of the tenant rooms: a statement that names a tenant
// table says org_id as often as it names one, or it stands behind the door for everyone.
func TestStatementsNameTheOrganization(t *testing.T) {
	tenant := tenantTables(t)
	consts := map[string]map[string]ast.Expr{} // by folder
	eachFile(t, func(path string, file *ast.File) {
		if consts[filepath.Dir(path)] == nil {
			consts[filepath.Dir(path)] = map[string]ast.Expr{}
		}
		maps.Copy(consts[filepath.Dir(path)], constants(file))
	})
	eachFile(t, func(path string, file *ast.File) {
		if everyone[path] > 0 || strings.HasPrefix(path, "internal/dispatch/") || strings.HasPrefix(path, "internal/twilio/") {
			return // behind the door for everyone the organization is joined row to row
		}
		ast.Inspect(file, func(n ast.Node) bool {
			expr, ok := n.(ast.Expr)
			if !ok {
				return true
			}
			sql, ok := constant(expr, consts[filepath.Dir(path)])
			if !ok || !statement.MatchString(sql) {
				return true
			}
			named := 0
			for _, m := range tables.FindAllStringSubmatch(sql, -1) {
				if tenant[m[1]] {
					named++
				}
			}
			if said := strings.Count(sql, "org_id"); said < named {
				t.Errorf("%s: a statement names %d tenant tables and says org_id %d times:\n%s", path, named, said, sql)
			}
			return false // its parts are no statements of their own
		})
	})
}

// constants are the string constants of a file by name.
func constants(file *ast.File) map[string]ast.Expr {
	found := map[string]ast.Expr{}
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok {
			for i, name := range spec.Names {
				if i < len(spec.Values) {
					found[name.Name] = spec.Values[i]
				}
			}
		}
		return true
	})
	return found
}

// constant is a string that is written out in the source, in parts or not. A part that is no constant of
// the package reads as nothing.
func constant(e ast.Expr, consts map[string]ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "", false
		}
		s, err := strconv.Unquote(e.Value)
		return s, err == nil
	case *ast.BinaryExpr:
		left, leftOK := constant(e.X, consts)
		right, rightOK := constant(e.Y, consts)
		return left + right, e.Op == token.ADD && (leftOK || rightOK)
	case *ast.Ident:
		if value, ok := consts[e.Name]; ok {
			return constant(value, nil)
		}
	}
	return "", false
}

func tenantTables(t *testing.T) map[string]bool {
	t.Helper()
	tenant := map[string]bool{}
	files, err := filepath.Glob("../../migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		for _, m := range regexp.MustCompile(`call make_tenant\('([a-z_]+)'`).FindAllStringSubmatch(read(t, name), -1) {
			tenant[m[1]] = true
		}
	}
	if len(tenant) < 20 {
		t.Fatalf("found only %d tenant tables", len(tenant))
	}
	return tenant
}

// eachFile parses every Go file of ours that is neither a test nor generated.
func eachFile(t *testing.T, fn func(path string, file *ast.File)) {
	t.Helper()
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && (name == "node_modules" || name == ".git" || name == ".parley") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_templ.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		fn(filepath.ToSlash(strings.TrimPrefix(path, root+string(filepath.Separator))), file)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestEveryDependencyHasItsReason holds docs/dependencies.md against go.mod.
func TestEveryDependencyHasItsReason(t *testing.T) {
	reasons := read(t, filepath.Join("..", "..", "docs", "dependencies.md"))
	direct := 0
	for line := range strings.Lines(read(t, filepath.Join("..", "..", "go.mod"))) {
		module, _, isRequirement := strings.Cut(strings.TrimSpace(line), " v")
		if !isRequirement || strings.Contains(line, "// indirect") || !strings.Contains(module, "/") {
			continue
		}
		direct++
		if !strings.Contains(reasons, module+" ") && !strings.Contains(reasons, module+",") {
			t.Errorf("%s has no line in docs/dependencies.md", module)
		}
	}
	if direct < 15 {
		t.Errorf("found only %d direct dependencies", direct)
	}
}
