package audience_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"parley/internal/audience"
)

// workbook is an Excel workbook whose sheet of that name has these rows, behind a hidden one and an empty one.
func workbook(t *testing.T, rows [][]any) string {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	must(book.SetCellStr("Sheet1", "A1", "=not for you"))
	_, err := book.NewSheet("Empty")
	must(err)
	_, err = book.NewSheet("People")
	must(err)
	zip := "00000"
	padded, err := book.NewStyle(&excelize.Style{CustomNumFmt: &zip})
	must(err)
	shortDate, err := book.NewStyle(&excelize.Style{NumFmt: 14})
	must(err)
	for i, row := range rows {
		must(book.SetSheetRow("People", fmt.Sprintf("A%d", i+1), &row))
	}
	must(book.SetColStyle("People", "C", padded))
	must(book.SetColStyle("People", "D", shortDate))
	book.SetActiveSheet(2)
	must(book.SetSheetVisible("Sheet1", false))
	var file bytes.Buffer
	must(book.Write(&file))
	return file.String()
}

// TestI2_AWorkbookIsReadAsExcelShowsIt has numbers for phones, a padded ZIP, a date, a truth, a cell of
// two lines and a blank row, of which the rejected rows keep count.
func TestI2_AWorkbookIsReadAsExcelShowsIt(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	file := workbook(t, [][]any{
		{"Phone", "First name", "ZIP", "Moves in", "Note"},
		{2085550101, "José", 2138, time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC), "a, \"b\""},
		{},
		{12085550102.0, "Zoë", "83702", nil, "two\nlines"},
		{"n/a", "Fay", nil, nil, true},
	})
	i := o.importFile(t, file, audience.Choice{ListName: "All"})
	if got := i.Format.String(); got != "Excel workbook, first row has the names." {
		t.Errorf("read as: %s", got)
	}
	if diff := cmp.Diff(audience.Counts{New: 2, Rejected: 1}, i.Counts); diff != "" {
		t.Error(diff)
	}
	ada, zoe := o.byPhone(t, "+12085550101"), o.byPhone(t, "+12085550102")
	got := []string{ada.FirstName, ada.ZIP, zoe.FirstName, zoe.ZIP}
	if diff := cmp.Diff([]string{"José", "02138", "Zoë", "83702"}, got); diff != "" {
		t.Error(diff)
	}
	page, err := o.admin.Rejects(t.Context(), i.ID, audience.RejectQuery{})
	if err != nil || len(page.Rejects) != 1 || page.Rejects[0].RowNumber != 5 {
		t.Errorf("rejected: %+v, %v; want row 5", page.Rejects, err)
	}
	if diff := cmp.Diff([]string{"2085550101", "José", "02138", "9/1/2026", `a, "b"`}, i.Sample[0]); diff != "" {
		t.Error(diff)
	}
}
