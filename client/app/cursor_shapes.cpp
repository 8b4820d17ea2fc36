// SPDX-License-Identifier: Apache-2.0
#include "client/app/cursor_shapes.h"

namespace sudare::client {

Qt::CursorShape cursor_shape(wire::Cursor cursor) {
    using wire::Cursor;
    switch (cursor) {
        case Cursor::kHidden:
            return Qt::BlankCursor;
        case Cursor::kDefault:
        case Cursor::kContextMenu:
            return Qt::ArrowCursor;
        case Cursor::kHelp:
            return Qt::WhatsThisCursor;
        case Cursor::kPointer:
            return Qt::PointingHandCursor;
        case Cursor::kProgress:
            return Qt::BusyCursor;
        case Cursor::kWait:
            return Qt::WaitCursor;
        case Cursor::kCell:
        case Cursor::kCrosshair:
        case Cursor::kZoomIn:
        case Cursor::kZoomOut:
            return Qt::CrossCursor;
        case Cursor::kText:
        case Cursor::kVerticalText:
            return Qt::IBeamCursor;
        case Cursor::kAlias:
            return Qt::DragLinkCursor;
        case Cursor::kCopy:
            return Qt::DragCopyCursor;
        case Cursor::kMove:
        case Cursor::kAllScroll:
            return Qt::SizeAllCursor;
        case Cursor::kNoDrop:
        case Cursor::kNotAllowed:
            return Qt::ForbiddenCursor;
        case Cursor::kGrab:
            return Qt::OpenHandCursor;
        case Cursor::kGrabbing:
            return Qt::ClosedHandCursor;
        case Cursor::kEResize:
        case Cursor::kWResize:
        case Cursor::kEwResize:
            return Qt::SizeHorCursor;
        case Cursor::kNResize:
        case Cursor::kSResize:
        case Cursor::kNsResize:
            return Qt::SizeVerCursor;
        case Cursor::kNeResize:
        case Cursor::kSwResize:
        case Cursor::kNeswResize:
            return Qt::SizeBDiagCursor;
        case Cursor::kNwResize:
        case Cursor::kSeResize:
        case Cursor::kNwseResize:
            return Qt::SizeFDiagCursor;
        case Cursor::kColResize:
            return Qt::SplitHCursor;
        case Cursor::kRowResize:
            return Qt::SplitVCursor;
    }
    return Qt::ArrowCursor;
}

}  // namespace sudare::client
