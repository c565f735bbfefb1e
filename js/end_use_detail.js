// End uses and their conversions: the view of details.

import { render } from "./detail_view.js";

export default { render };
