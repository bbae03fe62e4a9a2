"""Clock, ids, money, errors, text: tools that know no word of the business."""
