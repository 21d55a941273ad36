package server

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/web/page"
	"parley/web/ui"
)

func importURL(id audience.ImportID) string { return fmt.Sprintf("/imports/%d", id) }

// imports is the first step: which file.
func (s *Server) imports(w http.ResponseWriter, r *http.Request, d *desk) error {
	if err := d.May(account.ManageContacts); err != nil {
		return err
	}
	return s.importFile(w, r, d, page.ImportFile{})
}

func (s *Server) importFile(w http.ResponseWriter, r *http.Request, d *desk, p page.ImportFile) error {
	recent, err := d.audience.Imports(r.Context(), 0)
	if err != nil {
		return err
	}
	for _, i := range recent.Imports[:min(len(recent.Imports), 5)] {
		p.Recent = append(p.Recent, ui.Link{Text: i.FileName + ", " + d.clock().Moment(i.CreatedAt), URL: importURL(i.ID)})
	}
	p.MaxSize = fmt.Sprintf("%d MB", audience.MaxUpload>>20)
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	s.renderForm(w, r, p.Errors, p.HTML())
	return nil
}

// upload streams a file into the database; the name of the list may come before or after it.
func (s *Server) upload(w http.ResponseWriter, r *http.Request, d *desk) error {
	if err := d.May(account.ManageContacts); err != nil {
		return err
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return fmt.Errorf("%w: read the upload: %v", errBadRequest, err)
	}
	var id audience.ImportID
	list, sent := "", false
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("%w: read the upload: %v", errBadRequest, err)
		}
		switch {
		case part.FormName() == "list":
			b, err := io.ReadAll(io.LimitReader(part, 1000))
			if err != nil {
				return fmt.Errorf("%w: read the upload: %v", errBadRequest, err)
			}
			list = strings.TrimSpace(string(b))
		case part.FormName() == "file" && !sent:
			sent = true
			if id, err = d.audience.Upload(r.Context(), part.FileName(), part, -1); err != nil {
				return s.uploadRefused(w, r, d, list, err)
			}
		}
	}
	if !sent {
		return s.importFile(w, r, d, page.ImportFile{List: list, Errors: ui.Errors{"file": "Choose a file."}})
	}
	if err := d.audience.NameList(r.Context(), id, list); err != nil {
		return s.uploadRefused(w, r, d, list, err)
	}
	seeOther(w, r, importURL(id))
	return nil
}

func (s *Server) uploadRefused(w http.ResponseWriter, r *http.Request, d *desk, list string, err error) error {
	errs := fieldErrors(err)
	if errs == nil {
		return err
	}
	return s.importFile(w, r, d, page.ImportFile{List: list, Errors: ui.Errors{"file": errs["file"], "list": errs["list_name"]}})
}

// importStep shows an import at the step it has reached; ?step=columns goes back to the mapping.
func (s *Server) importStep(w http.ResponseWriter, r *http.Request, d *desk) error {
	id, err := pathID[audience.ImportID](r, "id")
	if err != nil {
		return err
	}
	i, err := d.audience.Import(r.Context(), id)
	if err != nil {
		return err
	}
	switch {
	case i.State == audience.Uploaded, i.State == audience.Checked && r.FormValue("step") == "columns":
		return s.importMapping(w, r, d, i, nil)
	case i.State == audience.Checked && target(r) != page.IDImport:
		return s.importCheck(w, r, d, i)
	case i.State == audience.Checked:
		refresh(w)
		return nil
	default:
		return s.importProgress(w, r, d, i)
	}
}

func fileWords(i audience.Import) string {
	if i.RowsTotal == 0 {
		return i.FileName
	}
	return i.FileName + ", " + shown(i.RowsTotal, "row")
}

func (s *Server) importMapping(w http.ResponseWriter, r *http.Request, d *desk, i audience.Import, errs ui.Errors) error {
	remembered, err := d.audience.Remembered(r.Context(), i)
	if err != nil {
		return err
	}
	fields, err := d.audience.Fields(r.Context())
	if err != nil {
		return err
	}
	p := page.ImportColumns{ID: fmt.Sprint(i.ID), File: fileWords(i), Reading: i.Format.String(), Errors: columnErrors(errs), Targets: []ui.Option{
		{Value: string(audience.LeaveOut), Label: "Leave out"}, {Value: string(audience.PhoneNumber), Label: "Phone number"},
		{Value: string(audience.FirstName), Label: "First name"}, {Value: string(audience.LastName), Label: "Last name"},
		{Value: string(audience.Email), Label: "E-mail"}, {Value: string(audience.Language), Label: "Language"},
		{Value: string(audience.ZIP), Label: "ZIP, sets the time zone"}, {Value: string(audience.TimeZone), Label: "Time zone"}}}
	for _, field := range fields {
		p.Targets = append(p.Targets, ui.Option{Value: string(audience.Custom(field)), Label: "Field: " + fieldLabel(field)})
	}
	known := map[string]bool{}
	for _, t := range p.Targets {
		known[t.Value] = true
	}
	for _, c := range i.Columns() {
		if t := string(c.Target); !known[t] {
			known[t] = true
			p.Targets = append(p.Targets, ui.Option{Value: t, Label: "New field: " + c.Target.Field()})
		}
		if t := string(audience.Custom(c.Heading)); c.Heading != "" && !known[t] {
			known[t] = true
			p.Targets = append(p.Targets, ui.Option{Value: t, Label: "New field: " + audience.Custom(c.Heading).Field()})
		}
		p.Columns = append(p.Columns, page.ImportColumn{Name: c.Heading, Samples: c.Samples[:min(3, len(c.Samples))], Target: string(c.Target),
			Remembered: remembered, Empty: c.Blank})
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	s.renderForm(w, r, errs, p.HTML())
	return nil
}

// columnErrors names the fields as the form does.
func columnErrors(errs ui.Errors) ui.Errors {
	named := ui.Errors{}
	for field, sentence := range errs {
		named[strings.Replace(field, "column:", "column_", 1)] = sentence
	}
	return named
}

func (s *Server) importColumns(w http.ResponseWriter, r *http.Request, d *desk) error {
	id, err := pathID[audience.ImportID](r, "id")
	if err != nil {
		return err
	}
	if err := parseForm(w, r); err != nil {
		return err
	}
	i, err := d.audience.Import(r.Context(), id)
	if err != nil {
		return err
	}
	choice := audience.Choice{ListName: i.ListName}
	for n := range i.Header {
		choice.Mapping = append(choice.Mapping, audience.Target(r.PostFormValue(fmt.Sprintf("column_%d", n))))
	}
	err = d.audience.Columns(r.Context(), id, choice)
	if errs := fieldErrors(err); errs != nil {
		i.Mapping = choice.Mapping
		return s.importMapping(w, r, d, i, errs)
	}
	if err != nil {
		return err
	}
	seeOther(w, r, importURL(id))
	return nil
}

func (s *Server) importCheck(w http.ResponseWriter, r *http.Request, d *desk, i audience.Import) error {
	rejected, err := d.rejected(r, i)
	if err != nil {
		return err
	}
	p := page.ImportCheck{ID: fmt.Sprint(i.ID), File: fileWords(i), Counts: importCounts(i), OptedOut: i.OptedOut, Rejected: rejected}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	s.render(w, r, http.StatusOK, p.HTML())
	return nil
}

func importCounts(i audience.Import) page.ImportCounts {
	return page.ImportCounts{New: i.New, Updated: i.Updated, Unchanged: i.Unchanged, Duplicate: i.Duplicate, Rejected: i.Counts.Rejected}
}

// rejected are the first rows that cannot be used; all of them are in the file to download.
func (d *desk) rejected(r *http.Request, i audience.Import) ([]page.RejectedRow, error) {
	found, err := d.audience.Rejects(r.Context(), i.ID, audience.RejectQuery{})
	if err != nil {
		return nil, err
	}
	var rows []page.RejectedRow
	for _, reject := range found.Rejects {
		row := page.RejectedRow{Row: reject.RowNumber, Why: reject.Reason}
		for n, target := range i.Mapping {
			if n >= len(reject.Cells) {
				break
			}
			switch target {
			case audience.FirstName, audience.LastName:
				row.Person = strings.TrimSpace(row.Person + " " + reject.Cells[n])
			case audience.PhoneNumber:
				row.Value = reject.Cells[n]
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func (s *Server) importProgress(w http.ResponseWriter, r *http.Request, d *desk, i audience.Import) error {
	p := page.ImportProgress{ID: fmt.Sprint(i.ID), File: fileWords(i), Done: i.RowsRead, Total: i.RowsTotal, Counts: importCounts(i),
		List: i.ListName, Failure: i.Error, State: importStates[i.State]}
	if p.Total == 0 && i.Running() {
		p.Done, p.Total = i.Percent(), 100
	}
	if i.ListID != nil {
		p.ListURL = fmt.Sprintf("/lists/%d", *i.ListID)
	}
	var err error
	if i.State == audience.Imported {
		if p.Rejected, err = d.rejected(r, i); err != nil {
			return err
		}
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	if target(r) == page.IDImport {
		s.render(w, r, http.StatusOK, p.Fragment())
		return nil
	}
	s.render(w, r, http.StatusOK, p.HTML())
	return nil
}

var importStates = map[audience.ImportState]page.ImportState{
	audience.Checking: page.ImportChecking, audience.Importing: page.ImportRunning, audience.Imported: page.ImportDone,
	audience.Cancelled: page.ImportStopped, audience.Failed: page.ImportFailed,
}

func (s *Server) importStart(w http.ResponseWriter, r *http.Request, d *desk) error {
	id, err := pathID[audience.ImportID](r, "id")
	if err != nil {
		return err
	}
	if err := d.audience.Start(r.Context(), id); err != nil {
		return err
	}
	seeOther(w, r, importURL(id))
	return nil
}

func (s *Server) importCancel(w http.ResponseWriter, r *http.Request, d *desk) error {
	id, err := pathID[audience.ImportID](r, "id")
	if err != nil {
		return err
	}
	if err := d.audience.Cancel(r.Context(), id); err != nil {
		return err
	}
	seeOther(w, r, importURL(id))
	return nil
}

// importRejected is a file of the rows that cannot be used, to correct and upload again.
func (s *Server) importRejected(w http.ResponseWriter, r *http.Request, d *desk) error {
	id, err := pathID[audience.ImportID](r, "id")
	if err != nil {
		return err
	}
	if _, err := d.audience.Import(r.Context(), id); err != nil {
		return err
	}
	return s.sendCSV(w, r, fmt.Sprintf("rejected-%d", id), func(file io.Writer) error {
		return d.audience.Rejected(r.Context(), id, file)
	})
}
