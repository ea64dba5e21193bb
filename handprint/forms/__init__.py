"""Intake forms and the way in of any submission.

The rows of a form become a case with `read_rows`, whoever holds them: the reader of workbooks, or
a page that shows the scenario's form.
"""

from handprint.forms.rows import FormEntry, read_rows

__all__ = ["FormEntry", "read_rows"]
