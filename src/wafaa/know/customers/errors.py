"""What can go wrong with customers."""

from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError


class CustomerMissing(WafaaError):
    code = "customer_missing"
    status = 404
    message = _("There is no such customer, or you may not see them.")


class TagMissing(WafaaError):
    code = "tag_missing"
    status = 404
    message = _("There is no such tag.")


class TagNameWrong(WafaaError):
    code = "tag_name_wrong"
    status = 422
    message = _("A tag's name has 1 to 60 characters.")


class TagNameTaken(WafaaError):
    code = "tag_name_taken"
    status = 409
    message = _("Another tag has this name already.")


class FieldMissing(WafaaError):
    code = "field_missing"
    status = 404
    message = _("There is no such field.")


class FieldKeyTaken(WafaaError):
    code = "field_key_taken"
    status = 409
    message = _("Another field has this key already.")


class OwnValueWrong(WafaaError):
    code = "own_value_wrong"
    status = 422
    message = _("The value of the own field {field} does not fit its kind, {kind}.")


class ViewMissing(WafaaError):
    code = "view_missing"
    status = 404
    message = _("There is no such view.")


class ViewNotYours(WafaaError):
    code = "view_not_yours"
    status = 409
    message = _("Only who saved this view may change it; a shared one also whoever may change the settings.")


class BulkEditMissing(WafaaError):
    code = "bulk_edit_missing"
    status = 404
    message = _("There is no such change of many customers.")


class BulkEditBusy(WafaaError):
    code = "bulk_edit_busy"
    status = 409
    message = _("This change still runs. Wait until it is done, then take it back.")


class MergeRefused(WafaaError):
    code = "merge_refused"
    status = 409
    message = _("These two cannot be merged: one of them was merged meanwhile, or both are the same.")


class MergeMissing(WafaaError):
    code = "merge_missing"
    status = 404
    message = _("There is no such merge.")


class UndoRefused(WafaaError):
    code = "undo_refused"
    status = 409
    message = _("This customer was merged into another one since. Undo that merge first.")
