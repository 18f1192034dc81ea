"""The addresses of bank statements."""

from django.urls import path

from arportal.desk.bank import files, line, list, mapping, rules, take_back

bank_pages = [
    path("bank/", list.bank, name="bank"),
    path("bank/files/", files.bank_files, name="bank_files"),
    path("bank/files/<int:bank_file_id>/", files.bank_file, name="bank_file"),
    path("bank/tables/<int:upload_id>/", mapping.bank_mapping, name="bank_mapping"),
    path("bank/rules/", rules.bank_rules, name="bank_rules"),
    path("bank/next/", line.bank_next, name="bank_next"),
    path("bank/lines/<int:line_id>/", line.bank_line, name="bank_line"),
    path("bank/lines/<int:line_id>/accept/", line.bank_accept, name="bank_accept"),
    path("bank/lines/<int:line_id>/ignore/", line.bank_ignore, name="bank_ignore"),
    path("bank/lines/<int:line_id>/on-account/", take_back.bank_on_account, name="bank_on_account"),
    path("bank/uses/<int:use_id>/take-back/", take_back.bank_take_back, name="bank_take_back"),
]
