// Package sheet reads and writes tables as spreadsheets keep them in text files: in whichever
// encoding and with whichever separator the program of the day wrote, one row at a time and never
// whole in memory. Of an Excel workbook it makes such a text.
//
// It refuses to know what a column means: phones, people and organizations are words of its callers.
package sheet
