"""`wafaa key` in real processes."""

from wafaa.run.tests.processes import copy_prepared, run_wafaa


def test_a_key_is_made_listed_and_revoked_at_the_command_line(tmp_path):
    home = copy_prepared(tmp_path / "home")
    made = run_wafaa(
        home, "key", "create", "--name", "Accounting", "--scope", "read", "--until", "2099-12-31"
    )
    assert made.returncode == 0, made.stderr
    text = made.stdout.strip()
    prefix = text.rpartition("_")[0]
    assert prefix.startswith("wf_read_")
    assert "it is not shown again" in made.stderr

    listed = run_wafaa(home, "key", "list").stdout
    assert prefix in listed
    assert "2100-01-01 00:00" in listed
    assert text not in listed

    revoked = run_wafaa(home, "key", "revoke", prefix)
    assert revoked.returncode == 0, revoked.stderr
    assert "revoked" in run_wafaa(home, "key", "list").stdout
    assert run_wafaa(home, "key", "revoke", "nonsense").returncode == 4


def test_an_unknown_scope_is_wrong_usage_and_touches_nothing(tmp_path):
    refused = run_wafaa(tmp_path / "home", "key", "create", "--name", "A", "--scope", "king")

    assert refused.returncode == 2
    assert "ingest, read, write" in refused.stderr
    assert not (tmp_path / "home").exists()
