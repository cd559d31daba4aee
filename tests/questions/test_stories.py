"""What the documents tell in words, as a reader gets it: phases, and the examples."""

from ivvu_analysis import load, stories


def test_every_list_has_its_places_in_the_language_of_the_reader() -> None:
    tasks = stories.told("task", "nl")
    assert len(tasks) == 7
    assert tasks["place"].unique().tolist() == [
        "Meerjarige transformatieagenda Utrecht, 2024: Opgaven ouderenzorg Utrecht, p.\u00a03"
    ]
    assert stories.told("left_out", "nl")["place"].tolist() == ["hoofdstuk 1, p.\u00a05"]
    assert stories.told("nothing", "en").empty


def test_every_phase_has_a_meaning() -> None:
    meanings = stories.meanings(load(), "en").groupby("dimension")["phase"].agg("".join)
    assert meanings.to_dict() == {"agreements": "1234", "dynamics": "1234", "vision": "12345"}


def test_what_a_document_tells_stands_beside_its_own_edition_only() -> None:
    told = stories.beside(load(wave="2020-10"), "covid", ["agreements"], "nl")
    assert told["place"].tolist() == ["paragraaf 2.1, p.\u00a07"]
    assert stories.beside(load(wave="2020-03"), "covid", ["agreements"], "nl").empty
