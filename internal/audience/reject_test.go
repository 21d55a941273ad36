package audience_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/internal/sms"
)

func TestCorrectedRowIsImported(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	i := o.check(t, o.upload(t, "a.csv", "Phone,First\n208-555-17,Noor\nn/a,Eli\n2085550103,Cy\n"), audience.Choice{ListName: "All"})
	var invalid account.Invalid
	if err := o.admin.Correct(t.Context(), i.ID, 2, "555"); !errors.As(err, &invalid) || invalid["phone"] == "" {
		t.Errorf("a wrong correction: %v", err)
	}
	if err := o.admin.Correct(t.Context(), i.ID, 4, "2085550104"); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("a row that is not rejected: %v", err)
	}
	if err := o.admin.Correct(t.Context(), i.ID, 2, "(208) 555-0171"); err != nil {
		t.Fatal(err)
	}
	if i = o.load(t, i.ID); i.Corrected != 1 {
		t.Errorf("%d corrected", i.Corrected)
	}
	if err := o.admin.Start(t.Context(), i.ID); err != nil {
		t.Fatal(err)
	}
	i = o.wait(t, i.ID, func(i audience.Import) bool { return !i.Running() })
	if diff := cmp.Diff(audience.Counts{New: 2, Rejected: 1}, i.Counts); diff != "" {
		t.Error(diff)
	}
	if name := o.byPhone(t, "+12085550171").FirstName; name != "Noor" {
		t.Errorf("the corrected row became %q", name)
	}
	page, err := o.admin.Rejects(t.Context(), i.ID, audience.RejectQuery{})
	if err != nil || len(page.Rejects) != 1 || page.Rejects[0].RowNumber != 3 {
		t.Errorf("rejected rows: %+v, %v", page.Rejects, err)
	}
}

func TestI6_RejectedRowsRoundTrip(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	cells := []string{`=1+1`, `+x`, `-2`, `@sum`, `'quoted'`, `''twice`, `'=own`, `plain, "q"`, "two\nlines", ` spaced `, `don't`}
	var file strings.Builder
	file.WriteString("Phone,First,Note\n")
	for n, cell := range cells {
		fmt.Fprintf(&file, "12,P%d,\"%s\"\n", n, strings.ReplaceAll(cell, `"`, `""`))
	}
	first := o.importFile(t, file.String()+"2085550100,Fine,x\n", audience.Choice{})
	var out strings.Builder
	if err := o.admin.Rejected(t.Context(), first.ID, &out); err != nil {
		t.Fatal(err)
	}
	if bad := strings.Contains(out.String(), ",=1") || strings.Contains(out.String(), ",@sum"); bad {
		t.Errorf("a formula is alive:\n%s", out.String())
	}
	second := o.upload(t, "corrected.csv", out.String())
	if want := append(append([]audience.Target(nil), first.Mapping...), audience.LeaveOut); !cmp.Equal(want, second.Mapping) {
		t.Errorf("mapping %q, want %q", second.Mapping, want)
	}
	second = o.check(t, second, audience.Choice{})
	before, err := o.admin.Rejects(t.Context(), first.ID, audience.RejectQuery{})
	if err != nil {
		t.Fatal(err)
	}
	after, err := o.admin.Rejects(t.Context(), second.ID, audience.RejectQuery{})
	if err != nil || len(after.Rejects) != len(cells) || len(before.Rejects) != len(cells) {
		t.Fatalf("%d rejected, then %d: %v", len(before.Rejects), len(after.Rejects), err)
	}
	var again strings.Builder
	if err := o.admin.Rejected(t.Context(), second.ID, &again); err != nil {
		t.Fatal(err)
	}
	for n, cell := range cells {
		if got := before.Rejects[n].Cells[2]; got != cell {
			t.Errorf("%q is kept as %q", cell, got)
		}
		if err := o.admin.Correct(t.Context(), second.ID, n+2, fmt.Sprintf("208555%04d", 200+n)); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.admin.Start(t.Context(), second.ID); err != nil {
		t.Fatal(err)
	}
	o.wait(t, second.ID, func(i audience.Import) bool { return !i.Running() })
	for n, cell := range cells {
		want := strings.Join(strings.Fields(cell), " ")
		if got := o.byPhone(t, sms.Phone(fmt.Sprintf("+1208555%04d", 200+n))).Fields["note"]; got != want {
			t.Errorf("%q came back as %q", want, got)
		}
	}
}
