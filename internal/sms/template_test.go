package sms_test

import (
	"errors"
	"strings"
	"testing"

	"parley/internal/sms"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func mustParse(t testing.TB, body string) sms.Template {
	t.Helper()
	tpl, err := sms.ParseTemplate(body)
	if err != nil {
		t.Fatalf("ParseTemplate(%q): %v", body, err)
	}
	return tpl
}

func TestTemplateRenders(t *testing.T) {
	t.Parallel()
	values := map[string]string{"first_name": "Ada", "año": "2027", "evil": "{{first_name}}\r\n\x00x", "blank": " \t "}
	for _, tc := range []struct {
		name, body, want string
		missing          []string
	}{
		{name: "no field", body: "Hello", want: "Hello"},
		{name: "empty", body: "", want: ""},
		{name: "value", body: "Hi {{first_name}}!", want: "Hi Ada!"},
		{name: "name as people type it", body: "{{ First Name }}{{FIRST-NAME}}", want: "AdaAda"},
		{name: "accents are folded", body: "{{Ano}}", missing: []string{"ano"}},
		{name: "inline default", body: "Hi {{nickname|there}}", want: "Hi there"},
		{name: "inline default unused", body: "Hi {{first_name|there}}", want: "Hi Ada"},
		{name: "inline before general default", body: "{{advisor|your advisor}}", want: "your advisor"},
		{name: "general default", body: "Ask {{advisor}}", want: "Ask our office"},
		{name: "blank value uses the default", body: "{{blank|none}}", want: "none"},
		{name: "missing once", body: "{{x}} {{y}} {{x}}", want: "  ", missing: []string{"x", "y"}},
		{name: "values are cleaned and not expanded", body: "{{evil}}", want: "{{first_name}} x"},
		{name: "single braces are text", body: "{a} } {", want: "{a} } {"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			text, missing := mustParse(t, tc.body).Render(values, map[string]string{"advisor": "our office"})
			if diff := cmp.Diff(tc.want, text); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.missing, missing); diff != "" {
				t.Errorf("missing (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTemplateErrorsSayWhere(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		body    string
		at      int
		problem string
	}{
		{"Hi {{first_name", 4, "A merge field needs }} after its name: look at character 4."},
		{"Hé {{a {{b}}", 4, "A merge field needs }} after its name: look at character 4."},
		{"Hi first_name}}", 14, "There is no {{ before the }} at character 14."},
		{"{{a}} b}}", 8, "There is no {{ before the }} at character 8."},
		{"Hi {{ }}", 4, "A merge field needs a name: there is none at character 4."},
		{"Hi {{|you}}", 4, "A merge field needs a name: there is none at character 4."},
		{"{{first.name}}", 8, "A merge field has only letters, digits, spaces and _ in its name, not the '.' at character 8."},
		{"{{100%}}", 6, "A merge field has only letters, digits, spaces and _ in its name, not the '%' at character 6."},
		{"{{a\nb}}", 4, `A merge field has only letters, digits, spaces and _ in its name, not the '\n' at character 4.`},
	} {
		_, err := sms.ParseTemplate(tc.body)
		var problem *sms.TemplateError
		if !errors.As(err, &problem) {
			t.Errorf("ParseTemplate(%q) error = %v, want a TemplateError", tc.body, err)
			continue
		}
		if problem.At != tc.at || problem.Error() != tc.problem {
			t.Errorf("ParseTemplate(%q): at %d: %s\nwant at %d: %s", tc.body, problem.At, problem, tc.at, tc.problem)
		}
	}
}

func TestTemplateFields(t *testing.T) {
	t.Parallel()
	tpl := mustParse(t, "{{First name}} {{advisor|}} {{first_name}} {{ZIP}}")
	if diff := cmp.Diff([]string{"first_name", "advisor", "zip"}, tpl.Fields()); diff != "" {
		t.Errorf("Fields (-want +got):\n%s", diff)
	}
	if got := tpl.String(); got != "{{First name}} {{advisor|}} {{first_name}} {{ZIP}}" {
		t.Errorf("String() = %q", got)
	}
}

func TestFieldNameFoldsHeadings(t *testing.T) {
	t.Parallel()
	for heading, want := range map[string]string{
		"Pref. First": "pref_first", "E-mail (home)": "e_mail_home", "Año": "ano", "notes2": "notes2", "#": "", "  ": "",
	} {
		if got := sms.FieldName(heading); got != want {
			t.Errorf("FieldName(%q) = %q, want %q", heading, got, want)
		}
	}
}

func TestTemplateAgreesWithReplacement(t *testing.T) {
	t.Parallel()
	piece := rapid.SampledFrom([]string{"{{a}}", "{{b}}", "{{ A }}", "hi ", "{", "é", " "})
	rapid.Check(t, func(t *rapid.T) {
		body := strings.Join(rapid.SliceOf(piece).Draw(t, "pieces"), "")
		tpl, err := sms.ParseTemplate(body)
		if err != nil {
			return // "{" before "{{a}}" makes a field of its own
		}
		a := rapid.StringMatching(`[A-Za-z{}]{1,5}`).Draw(t, "a")
		text, missing := tpl.Render(map[string]string{"a": a}, nil)
		want := strings.NewReplacer("{{a}}", a, "{{ A }}", a, "{{b}}", "").Replace(body)
		if text != want || (len(missing) > 0) != strings.Contains(body, "{{b}}") {
			t.Fatalf("Render = %q, %v, want %q", text, missing, want)
		}
	})
}

func BenchmarkRender(b *testing.B) {
	tpl := mustParse(b, "Hi {{first_name|there}}, your advisor {{advisor}} is in on Saturday. Reply STOP to opt out.")
	values := map[string]string{"first_name": "Ada", "advisor": "Ms. Ruiz"}
	b.ReportAllocs()
	for b.Loop() {
		tpl.Render(values, nil)
	}
}
