import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from resolvers.context import ADMIN, EXPORTS, READ
from resolvers.export_links import link
from sql import Q
from tests.gateway.exports.conftest import Office
from tests.gateway.graphql.conftest import token

UNKNOWN = "0" * 32


async def test_a_link_gives_the_file_with_nothing_else_shown(office: Office) -> None:
    export_id, url = await office.made()
    answer = await office.get(url)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="shop-csv-2026-05-01-2026-06-01.csv"'
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert len(answer.content.splitlines()) == 101
    fields = "state sha256 sizeBytes rowCount totalRowCount progress fileName"
    data = await office.graphql(f'{{ merchant {{ export(id: "{export_id}") {{ {fields} }} }} }}')
    assert data["merchant"]["export"] == {
        "state": "DONE",
        "sha256": hashlib.sha256(answer.content).hexdigest(),
        "sizeBytes": str(len(answer.content)),
        "rowCount": 100,
        "totalRowCount": 100,
        "progress": 1.0,
        "fileName": "shop-csv-2026-05-01-2026-06-01.csv",
    }


async def test_a_download_goes_on_where_it_stopped_if_the_file_is_still_the_same(office: Office) -> None:
    _, url = await office.made()
    whole = await office.get(url)
    etag = whole.headers["etag"]
    rest = await office.get(url, range="bytes=1000-", **{"if-range": etag})
    assert (rest.status_code, rest.content) == (206, whole.content[1000:])
    assert rest.headers["content-range"] == f"bytes 1000-{len(whole.content) - 1}/{len(whole.content)}"
    another = await office.get(url, range="bytes=1000-", **{"if-range": '"another"'})
    assert (another.status_code, another.content) == (200, whole.content)
    beyond = await office.get(url, range=f"bytes={len(whole.content)}-")
    assert beyond.status_code == 416
    assert (await office.get(url, **{"if-none-match": etag})).status_code == 304
    head = await office.site.client.head(url)
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(len(whole.content)), b"")


async def test_a_token_gives_its_own_merchant_s_files_and_shows_no_other_s(office: Office) -> None:
    export_id, _ = await office.made()
    path = f"/exports/{export_id}"
    for credential in (token("shop", EXPORTS), token("shop", ADMIN), token()):
        assert (await office.get(path, credential)).status_code == 200
    refusals = {
        None: (401, "UNAUTHENTICATED"),
        token("shop", READ): (403, "FORBIDDEN"),
        token("other", EXPORTS): (404, "NOT_FOUND"),
        token("other", READ): (404, "NOT_FOUND"),
        "nonsense": (401, "UNAUTHENTICATED"),
    }
    for refused, refusal in refusals.items():
        answer = await office.get(path, refused)
        assert (answer.status_code, answer.json()["code"]) == refusal
    there = await office.get(path, token("other", EXPORTS))
    nowhere = await office.get(f"/exports/{UNKNOWN}", token("other", EXPORTS))
    assert there.content == nowhere.content


@pytest.mark.parametrize("name", [UNKNOWN, "x", "..%2F..%2Fetc%2Fpasswd", UNKNOWN.upper() + "\u00e9"])
async def test_what_is_no_export_is_not_found(office: Office, name: str) -> None:
    answer = await office.get(f"/exports/{name}", token())
    assert answer.status_code == 404


async def test_a_link_that_was_changed_or_is_another_file_s_holds_nothing(office: Office) -> None:
    export_id, url = await office.made()
    other_id, other = await office.made("JSON")
    query = url.partition("?")[2]
    expires = int(query.partition("expires=")[2].partition("&")[0])
    for wrong in (
        f"/exports/{other_id}?{query}",
        url.replace(str(expires), str(expires + 1)),
        url[:-1],
        url + "A",
        f"/exports/{export_id}?signature=x",
        f"/exports/{export_id}?signature=x&expires=-1",
        f"/exports/{export_id}?signature=%C3%A9&expires={expires}",
        f"/exports/{export_id}?signature=&expires={expires}",
    ):
        answer = await office.get(wrong)
        assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN"), wrong
    assert other != url


async def test_a_link_that_ended_says_so_and_the_file_is_there_for_a_new_one(office: Office) -> None:
    export_id, url = await office.made()
    [row] = await office.desk.database.fetch(Q.exports_by_id, export_ids=[export_id])
    past = datetime.now(UTC) - timedelta(hours=25)
    answer = await office.get(link(export_id, row.link_key, past, row.expires_at))
    assert (answer.status_code, answer.json()["code"]) == (410, "LINK_EXPIRED")
    assert (await office.get(url)).status_code == 200


async def test_a_link_holds_no_longer_than_the_file(office: Office) -> None:
    export_id, _ = await office.made()
    await office.execute(
        "UPDATE export_requests SET expires_at = now() + interval '1 minute' WHERE export_id = $1", export_id
    )
    data = await office.graphql(f'{{ merchant {{ export(id: "{export_id}") {{ downloadUrl expiresAt }} }} }}')
    found = data["merchant"]["export"]
    until = int(found["downloadUrl"].partition("expires=")[2].partition("&")[0])
    assert until == int(datetime.fromisoformat(found["expiresAt"]).timestamp())


async def test_a_file_that_cannot_be_had_says_why(office: Office) -> None:
    waiting = await office.request("NDJSON")
    answer = await office.get(f"/exports/{waiting}", token())
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (409, "NOT_FINISHED", "2")
    await office.execute("UPDATE export_requests SET state = 'failed', error = 'Why.' WHERE export_id = $1", waiting)
    answer = await office.get(f"/exports/{waiting}", token())
    assert (answer.status_code, answer.json()) == (410, {"code": "EXPORT_FAILED", "message": "Why."})
    export_id, url = await office.made("PARQUET")
    await office.execute("UPDATE export_requests SET expires_at = now() WHERE export_id = $1", export_id)
    answer = await office.get(f"/exports/{export_id}", token())
    assert (answer.status_code, answer.json()["code"]) == (410, "EXPORT_EXPIRED")
    missing, url = await office.made("JSON")
    for path in office.bench.folder.glob(f"{missing}.*"):
        path.unlink()
    answer = await office.get(url)
    assert (answer.status_code, answer.json()["code"]) == (410, "FILE_MISSING")


async def test_nothing_but_reading_is_taken(office: Office) -> None:
    _, url = await office.made()
    assert (await office.site.client.post(url)).status_code == 405
