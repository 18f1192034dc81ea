"""The ageing report as a file: all rows of exactly what the page shows."""

from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _

from arportal.b2b import Money
from arportal.desk.ageing.form import AgeingForm
from arportal.desk.lists.lists import viewer_of
from arportal.desk.site.files import CSV, XLSX, pdf_sent, table_sent
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.documents.ageing import DocumentFailed, ageing_pdf
from arportal.documents.tables import Plain
from arportal.stores.access import Permission

PDF = "pdf"
KINDS = (CSV, XLSX, PDF)


@page(Permission.READ)
def export(request: DeskRequest, kind: str) -> HttpResponseBase:
    """The page says itself what is wrong with its address, or that there are no figures yet."""
    if kind not in KINDS:
        return HttpResponse(
            _("Ageing can be had as CSV, XLSX or PDF."), status=404, content_type="text/plain"
        )
    form = AgeingForm(request.GET, viewer_of(request))
    page_url = f"{link('ageing', request.store.slug)}?{request.GET.urlencode()}"
    if not form.is_valid() or form.built_at is None:
        return HttpResponseRedirect(page_url)
    if kind == PDF:
        try:
            return pdf_sent(
                ageing_pdf(form.report, form.heading, form.cleaned_data["currency"], form.conversion)
            )
        except DocumentFailed as failed:
            messages.error(request, str(failed))
            return HttpResponseRedirect(page_url)
    return table_sent(kind, _("Ageing"), f"{_('Ageing')} {form.as_of.day}", headers(form), rows(form))


def headers(form: AgeingForm) -> list[str]:
    """The day first, so that files of many months can be put together."""
    buckets = [str(bucket.label) for bucket in form.as_of.buckets]
    sums = [_("Open"), _("Credit"), _("Balance"), _("On account")]
    rate = [_("Rate to %(own)s") % {"own": form.conversion.into}, _("Rate of")] if form.conversion else []
    return [_("As of"), _("As known on"), form.heading, _("Currency"), *buckets, *sums, *rate]


def rows(form: AgeingForm) -> Iterator[list[Plain]]:
    """Rows without totals: whoever adds up a column is to get it once."""
    as_of, only = form.as_of, form.cleaned_data["currency"]
    # The two columns of the rate: of amounts converted one by one, no sum would be that of the page.
    rates: dict[str, list[Plain]] = {}
    for row in form.conversion.rows if form.conversion else ():
        rates[row.currency] = [row.rate.rate.normalize(), row.rate.day] if row.rate else [None, None]
    for group in form.report.all_rows():
        currency = group.aged.currency
        if only in ("", currency):
            yield [
                as_of.day,
                as_of.known_on,
                group.name,
                currency,
                *map(_plain, group.aged.figures),
                _plain(form.report.on_account_of(group) or Money.zero(currency)),
                *rates.get(currency, ()),
            ]


def _plain(money: Money) -> Plain:
    """The amount with its currency's decimals; more only where rounding would hide something."""
    rounded = money.quantized().amount
    return rounded if rounded == money.amount else money.amount.normalize()
