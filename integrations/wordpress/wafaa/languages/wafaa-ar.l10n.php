<?php
// What WordPress 6.5 and later reads; its words are those of wafaa-ar.po.
return array(
	'domain'   => 'wafaa',
	'language' => 'ar',
	'messages' => array(
		'Adds Wafaa\'s script to every page and passes WooCommerce orders on, signed.' => 'تضيف نص وفاء البرمجي إلى كل صفحة، وتمرّر طلبات WooCommerce موقّعة.',
		'Visits' => 'الزيارات',
		'Orders' => 'الطلبات',
		'Address of Wafaa' => 'عنوان وفاء',
		'Write key' => 'مفتاح الكتابة',
		'Address of the connection' => 'عنوان الربط',
		'Secret of the connection' => 'سر الربط',
		'Wafaa\'s script tells page views, after the visitor\'s consent under the same id each time. In Wafaa make an API key for events and paste it here.' => 'يخبر نص وفاء البرمجي بمشاهدات الصفحات، وبعد موافقة الزائر يكون له المعرّف نفسه في كل زيارة. أنشئ في وفاء مفتاح API للأحداث وألصقه هنا.',
		'In Wafaa connect WooCommerce under Connections and paste the address and the secret that it shows. Every order is then passed on when it is made, changes or is refunded.' => 'اربط WooCommerce في وفاء من صفحة الأنظمة المرتبطة، ثم ألصق العنوان والسر الظاهرين. بعدها يُمرَّر كل طلب عند إنشائه وعند تغيّره وعند استرداد مبلغه.',
		'Saved; leave empty to keep it' => 'محفوظ؛ اتركه فارغًا لإبقائه',
	),
);
