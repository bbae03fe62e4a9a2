"""Pictures of rewards: drawn anew and small, so that nothing of what was uploaded is ever served."""

from django.utils.translation import gettext_lazy as _

from wafaa.decide.rewards.models import Picture
from wafaa.kit import clock
from wafaa.kit.errors import WafaaError
from wafaa.listen.reviews.pictures import PictureBroken, clean_picture
from wafaa.listen.reviews.shrinking import shrink

SIDE = 720
UPLOAD_BYTES_MAX = 10 * 1024**2


class PictureWrong(WafaaError):
    code = "reward_picture_wrong"
    status = 422
    message = _("This is no picture that we can show. Choose a JPEG, PNG or WebP picture of at most 10 MB.")


def keep_picture(*, content: bytes) -> Picture:
    """The same picture is kept once. Raises PictureWrong."""
    if len(content) > UPLOAD_BYTES_MAX:
        raise PictureWrong
    try:
        clean_picture(content)
    except PictureBroken as error:
        raise PictureWrong from error
    drawn = shrink(content, side=SIDE)
    if drawn is None:
        raise PictureWrong
    picture = clean_picture(drawn)
    values = {
        "kind": picture.kind,
        "width": picture.width,
        "height": picture.height,
        "content": drawn,
        "created_at": clock.now(),
    }
    return Picture.objects.get_or_create(digest=picture.digest, defaults=values)[0]
